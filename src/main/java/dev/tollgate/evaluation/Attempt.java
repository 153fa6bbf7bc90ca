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
 * @param reply what the version answered, and how that was judged
 */
public record Attempt(
    String caseId, int number, Optional<String> description, boolean heldOut, Reply reply) {
  /** What came of asking. */
  public sealed interface Reply {
    /**
     * @param cost in USD, without the judge's
     */
    record Answered(String text, Duration latency, BigDecimal cost, CaseScore score)
        implements Reply {}

    /** The version gave no answer, which says nothing about it. */
    record None(String reason) implements Reply {}
  }

  /** Which attempt this is. */
  public Key key() {
    return new Key(caseId, number);
  }

  public boolean passed() {
    return reply instanceof Reply.Answered answered
        && answered.score().outcome() == CaseScore.Outcome.PASSED;
  }

  /** An attempt, whether it was made or not. */
  public record Key(String caseId, int number) {}
}
