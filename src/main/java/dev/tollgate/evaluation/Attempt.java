package dev.tollgate.evaluation;

import dev.tollgate.evaluation.suite.CaseScore;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * One attempt at a case, and what came of it.
 *
 * @param number from 1, through all passes and repetitions of the case
 * @param heldOut whether no output may show its texts and answers
 * @param result what the version answered, and how that was judged
 */
public record Attempt(
    String caseId, int number, Optional<String> description, boolean heldOut, Result result) {
  /** What came of asking. */
  public sealed interface Result {
    /**
     * @param cost in USD, without the judge's
     */
    record Answered(String text, Duration latency, BigDecimal cost, CaseScore score)
        implements Result {}

    /** The version gave no answer, which says nothing about it. */
    record NoAnswer(String reason) implements Result {}
  }

  /** Which attempt this is. */
  public Key key() {
    return new Key(caseId, number);
  }

  public boolean passed() {
    return result instanceof Result.Answered answered
        && answered.score().outcome() == CaseScore.Outcome.PASSED;
  }

  /** An attempt, whether it was made or not. */
  public record Key(String caseId, int number) {}
}
