package dev.tollgate.evaluation.suite;

/**
 * How often a case is tried.
 *
 * @param attempts how often
 * @param required how many attempts must pass for the case to pass
 */
public record Repeat(int attempts, int required) {
  static final int MOST = 10;

  public Repeat {
    if (attempts < 1 || attempts > MOST) {
      throw new IllegalArgumentException("attempts must be between 1 and " + MOST);
    }
    if (required < 1 || required > attempts) {
      throw new IllegalArgumentException("required must be between 1 and attempts");
    }
  }

  /** Whether so many passed attempts are enough. */
  public boolean isEnough(int passed) {
    return passed >= required;
  }
}
