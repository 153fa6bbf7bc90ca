// The key of this tab. It ends with the tab or with signing out, and is in no address.

const NAME = "tollgate.key";

export const key = () => sessionStorage.getItem(NAME);

export function signIn(secret) {
  sessionStorage.setItem(NAME, secret);
}

export function signOut() {
  sessionStorage.removeItem(NAME);
}
