package dev.tollgate.evaluation.judge;

import java.math.BigDecimal;

/** A judge's grade of an answer by a rubric. */
public sealed interface Grade {
  /**
   * @param score 0 to 1
   */
  record Graded(boolean passes, BigDecimal score, String reason) implements Grade {}

  /** The judge gave no answer. */
  record Unavailable(String reason) implements Grade {}
}
