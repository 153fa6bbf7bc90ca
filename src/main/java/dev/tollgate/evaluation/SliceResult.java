package dev.tollgate.evaluation;

import dev.tollgate.evaluation.TestRun.State;

/** How far a run came by the work of one function. */
sealed interface SliceResult {
  record Ended(State.Finished end) implements SliceResult {}

  /** There is more to do than there was time. */
  record OutOfTime() implements SliceResult {}
}
