package dev.tollgate.identity;

import java.util.Set;

/**
 * A verified caller.
 *
 * @param principalId the person of the key: the id of the first key of its chain of rotations, so a
 *     rotated key stays the same person
 */
public record Caller(
    String keyId, String principalId, String team, Set<Role> roles, KeyRestrictions restrictions) {
  /** A caller that IAM allowed to invoke a function directly. */
  public static final Caller DIRECT =
      new Caller("direct", "direct", Set.of(Role.INVOKE, Role.PREVIEW, Role.ADMIN));

  public Caller {
    roles = Set.copyOf(roles);
  }

  /** A caller with a key that was never rotated and has no restrictions. */
  public Caller(String keyId, String team, Set<Role> roles) {
    this(keyId, keyId, team, roles, KeyRestrictions.UNRESTRICTED);
  }

  public boolean hasAnyRole(Set<Role> wanted) {
    return wanted.stream().anyMatch(roles::contains);
  }
}
