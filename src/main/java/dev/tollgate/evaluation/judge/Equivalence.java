package dev.tollgate.evaluation.judge;

/** Whether two answers to a question mean the same. */
public sealed interface Equivalence {
  /** The judge has compared both. */
  record Judged(boolean equivalent) implements Equivalence {}

  /** The judge gave no valid answer. */
  record Unknown(String reason) implements Equivalence {}
}
