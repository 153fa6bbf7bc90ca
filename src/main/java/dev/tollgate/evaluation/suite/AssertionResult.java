package dev.tollgate.evaluation.suite;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * The result of one assertion.
 *
 * @param score 0 to 1; absent if the assertion is undecided
 * @param actual what was found instead, or why the assertion is undecided
 */
public record AssertionResult(
    Requirement requirement, Status status, Optional<BigDecimal> score, String actual) {
  /**
   * What an assertion requires.
   *
   * @param type as the suite names it
   * @param weight of the assertion in the score of its case
   * @param expected a clause to read after "expected"
   */
  public record Requirement(String type, BigDecimal weight, String expected) {}

  /** How an assertion ended. */
  public enum Status {
    PASSED,
    FAILED,
    /** The answer makes no claim that a judge could compare with the context. */
    UNSCORED,
    /** The judge was unavailable. */
    UNAVAILABLE
  }

  public AssertionResult {
    boolean decided = status == Status.PASSED || status == Status.FAILED;
    if (decided != score.isPresent()) {
      throw new IllegalArgumentException(
          "a result must have a score if it is decided, and only then: " + status);
    }
  }

  static AssertionResult decided(
      Requirement requirement, boolean passed, BigDecimal score, String actual) {
    return new AssertionResult(
        requirement, passed ? Status.PASSED : Status.FAILED, Optional.of(score), actual);
  }

  static AssertionResult undecided(Requirement requirement, Status status, String reason) {
    return new AssertionResult(requirement, status, Optional.empty(), reason);
  }
}
