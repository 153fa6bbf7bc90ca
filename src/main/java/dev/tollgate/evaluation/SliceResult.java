package dev.tollgate.evaluation;

import dev.tollgate.evaluation.TestRun.State;

/** The state of a run after the work of one function. */
sealed interface SliceResult {
  record Ended(State.Finished end) implements SliceResult {}

  /** The run has more attempts to make than the function had time for. */
  record OutOfTime() implements SliceResult {}
}
