package dev.tollgate.evaluation.judge;

/** Whether two answers to a question say the same. */
public sealed interface Equivalence {
  /** A judge has read both. */
  record Judged(boolean equivalent) implements Equivalence {}

  /** It gave no answer, or none that can be read. */
  record Unknown(String reason) implements Equivalence {}
}
