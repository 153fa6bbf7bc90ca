package dev.tollgate.evaluation.suite;

/**
 * The attempts at a case in one pass.
 *
 * @param attempts the number of attempts
 * @param requiredPasses how many attempts must pass
 */
public record RepeatPolicy(int attempts, int requiredPasses) {
  static final int MAX_ATTEMPTS = 10;

  public RepeatPolicy {
    if (attempts < 1 || attempts > MAX_ATTEMPTS) {
      throw new IllegalArgumentException("Attempts must be between 1 and " + MAX_ATTEMPTS);
    }
    if (requiredPasses < 1 || requiredPasses > attempts) {
      throw new IllegalArgumentException("Required passes must be between 1 and the attempts");
    }
  }

  /** Whether this many passed attempts are enough. */
  public boolean isEnough(int passed) {
    return passed >= requiredPasses;
  }
}
