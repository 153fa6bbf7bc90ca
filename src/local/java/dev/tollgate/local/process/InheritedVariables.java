package dev.tollgate.local.process;

import java.util.Set;

/**
 * The environment variables that a child may have from ours: what a process needs to run at all. A
 * key in the developer's shell must reach only what is given it.
 */
public final class InheritedVariables {
  private static final Set<String> ALLOWED = Set.of("PATH", "HOME", "TMPDIR");

  private InheritedVariables() {}

  /** Drops all others; to be called before the builder is given variables of its own. */
  public static ProcessBuilder restrict(ProcessBuilder builder) {
    builder.environment().keySet().retainAll(ALLOWED);
    return builder;
  }
}
