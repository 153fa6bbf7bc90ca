package dev.tollgate.evaluation.suite;

import dev.tollgate.evaluation.judge.Faithfulness;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * The score of an answer in its case.
 *
 * @param score the weighted mean of all decided assertions, 0 to 1
 * @param results one result for each assertion, in the order of the case
 * @param faithfulness the judge's verdicts on the claims, if the case asserts faithfulness
 */
public record CaseScore(
    Outcome outcome,
    BigDecimal score,
    List<AssertionResult> results,
    Optional<Faithfulness> faithfulness) {
  /** The outcome of a case. */
  public enum Outcome {
    PASSED,
    FAILED,
    /** The judge was unavailable for an assertion that decides the case. */
    UNDECIDED
  }

  public CaseScore {
    results = List.copyOf(results);
  }
}
