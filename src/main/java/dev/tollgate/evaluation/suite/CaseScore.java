package dev.tollgate.evaluation.suite;

import dev.tollgate.evaluation.judge.Faithfulness;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * How an answer did in its case.
 *
 * @param score the weighted mean of all decided assertions, 0 to 1
 * @param results one for each assertion, in the case's order
 * @param faithfulness what the judge said of the answer's claims, if the case asks for it
 */
public record CaseScore(
    Outcome outcome,
    BigDecimal score,
    List<AssertionResult> results,
    Optional<Faithfulness> faithfulness) {
  /** How a case ended. */
  public enum Outcome {
    PASSED,
    FAILED,
    /** The judge could not be asked for something that decides. */
    UNDECIDED
  }

  public CaseScore {
    results = List.copyOf(results);
  }
}
