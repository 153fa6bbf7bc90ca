package dev.tollgate.evaluation;

import dev.tollgate.evaluation.suite.CaseScore;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * One attempt at a case and its result.
 *
 * @param number from 1, over all passes and repetitions of the case
 * @param heldOut whether outputs must hide its texts and answers
 */
public record Attempt(
    String caseId, int number, Optional<String> description, boolean heldOut, Result result) {
  /** The answer of the version, or the reason why there is none. */
  public sealed interface Result {
    /**
     * @param cost in USD, without the cost of the judge
     */
    record Answered(String text, Duration latency, BigDecimal cost, CaseScore score)
        implements Result {}

    /** The version gave no answer. This counts neither for nor against it. */
    record NoAnswer(String reason) implements Result {}
  }

  public Key key() {
    return new Key(caseId, number);
  }

  public boolean passed() {
    return result instanceof Result.Answered answered
        && answered.score().outcome() == CaseScore.Outcome.PASSED;
  }

  /** Identifies an attempt, even one that is not made yet. */
  public record Key(String caseId, int number) {}
}
