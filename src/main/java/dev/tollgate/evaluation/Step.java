package dev.tollgate.evaluation;

import dev.tollgate.evaluation.Run.State;

/** How far a run came by the work of one function. */
sealed interface Step {
  record Ended(State.Finished end) implements Step {}

  /** There is more to do than there was time. */
  record TimeUp() implements Step {}
}
