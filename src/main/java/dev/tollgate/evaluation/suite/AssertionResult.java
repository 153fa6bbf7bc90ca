package dev.tollgate.evaluation.suite;

import dev.tollgate.evaluation.judge.JudgedClaim;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * What came of one assertion.
 *
 * @param type as the suite names it
 * @param score 0 to 1; absent if the assertion could not be decided
 * @param expected what the assertion demands, as a clause to read after "expected"
 * @param actual what there was instead, or why nothing could be decided
 * @param claims what the judge found of each claim of the answer, for faithfulness
 */
public record AssertionResult(
    String type,
    Status status,
    Optional<BigDecimal> score,
    BigDecimal weight,
    String expected,
    String actual,
    List<JudgedClaim> claims) {
  /** How an assertion ended. */
  public enum Status {
    PASSED,
    FAILED,
    /** The answer claims nothing that a judge could read against the context. */
    UNSCORED,
    /** The judge could not be asked. */
    UNAVAILABLE
  }

  public AssertionResult {
    claims = List.copyOf(claims);
    boolean decided = status == Status.PASSED || status == Status.FAILED;
    if (decided != score.isPresent()) {
      throw new IllegalArgumentException(
          "what is decided has a score, and nothing else: " + status);
    }
  }
}
