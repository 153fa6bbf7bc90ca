// The key of this tab. Closing the tab or signing out deletes it. It is never in a URL.

const NAME = "tollgate.key";

export const key = () => sessionStorage.getItem(NAME);

export function signIn(secret) {
  sessionStorage.setItem(NAME, secret);
}

export function signOut() {
  sessionStorage.removeItem(NAME);
}
