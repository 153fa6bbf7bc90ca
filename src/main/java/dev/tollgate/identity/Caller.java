package dev.tollgate.identity;

import java.util.Set;

/**
 * A verified caller.
 *
 * @param principalId who stands behind the key: the id of the first of all keys that were rotated
 *     into it, so that a new key makes no second person
 */
public record Caller(
    String keyId, String principalId, String team, Set<Role> roles, KeyRestrictions restrictions) {
  /** Whoever IAM let invoke a function directly. */
  public static final Caller DIRECT =
      new Caller("direct", "direct", Set.of(Role.INVOKE, Role.PREVIEW, Role.ADMIN));

  public Caller {
    roles = Set.copyOf(roles);
  }

  /** A caller with a key that was never rotated, who may use every model and prompt. */
  public Caller(String keyId, String team, Set<Role> roles) {
    this(keyId, keyId, team, roles, KeyRestrictions.UNRESTRICTED);
  }

  public boolean hasAnyRole(Set<Role> wanted) {
    return wanted.stream().anyMatch(roles::contains);
  }
}
