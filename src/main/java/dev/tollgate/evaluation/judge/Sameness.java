package dev.tollgate.evaluation.judge;

/** Whether two answers to a question say the same. */
public sealed interface Sameness {
  /** A judge has read both. */
  record Judged(boolean same) implements Sameness {}

  /** It gave no answer, or none that can be read. */
  record Unknown(String reason) implements Sameness {}
}
