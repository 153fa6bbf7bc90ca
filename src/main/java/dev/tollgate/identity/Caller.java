package dev.tollgate.identity;

import java.util.Set;

/** A verified caller. */
public record Caller(String keyId, String team, Set<Role> roles, Allowance allowance) {
  /** Whoever IAM let invoke a function directly. */
  public static final Caller DIRECT =
      new Caller("direct", "direct", Set.of(Role.INVOKE, Role.PREVIEW, Role.ADMIN));

  public Caller {
    roles = Set.copyOf(roles);
  }

  /** A caller who may use every model and prompt. */
  public Caller(String keyId, String team, Set<Role> roles) {
    this(keyId, team, roles, Allowance.ALL);
  }

  public boolean hasAny(Set<Role> wanted) {
    return wanted.stream().anyMatch(roles::contains);
  }
}
