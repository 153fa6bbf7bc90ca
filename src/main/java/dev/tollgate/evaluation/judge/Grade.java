package dev.tollgate.evaluation.judge;

import java.math.BigDecimal;

/** What a judge says of an answer by a rubric. */
public sealed interface Grade {
  /**
   * It has read the answer.
   *
   * @param score 0 to 1
   */
  record Graded(boolean passes, BigDecimal score, String reason) implements Grade {}

  /** It gave no answer. */
  record Unavailable(String reason) implements Grade {}
}
