package dev.tollgate.evaluation.suite;

/**
 * How often a case is tried.
 *
 * @param attempts how often
 * @param requiredPasses how many attempts must pass for the case to pass
 */
public record RepeatPolicy(int attempts, int requiredPasses) {
  static final int MAX_ATTEMPTS = 10;

  public RepeatPolicy {
    if (attempts < 1 || attempts > MAX_ATTEMPTS) {
      throw new IllegalArgumentException("attempts must be between 1 and " + MAX_ATTEMPTS);
    }
    if (requiredPasses < 1 || requiredPasses > attempts) {
      throw new IllegalArgumentException("required must be between 1 and attempts");
    }
  }

  /** Whether so many passed attempts are enough. */
  public boolean isEnough(int passed) {
    return passed >= requiredPasses;
  }
}
