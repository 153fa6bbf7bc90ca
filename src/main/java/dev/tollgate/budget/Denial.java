package dev.tollgate.budget;

import java.math.BigDecimal;
import java.time.Instant;

/** Why a call may not be made. */
public sealed interface Denial {
  /**
   * What is left of a budget does not pay for the call.
   *
   * @param most that the call may cost, in USD
   * @param resets when the budget starts anew
   */
  record Exhausted(Budget budget, Standing standing, BigDecimal most, Instant resets)
      implements Denial {}

  /**
   * The budget would pay for it, but calls under way hold what is left. They rarely cost as much as
   * they hold.
   *
   * @param most that the call may cost, in USD
   */
  record Held(Budget budget, Standing standing, BigDecimal most) implements Denial {}

  /** It cannot be told whether a hard limit allows it. */
  record Unavailable() implements Denial {}
}
