package dev.tollgate.budget;

import dev.tollgate.cost.calls.CallId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * The amount that a call reserves of budgets until its cost is known.
 *
 * @param id makes a repeated reservation or settlement change nothing
 * @param call the call, whose time determines the period of each budget
 * @param usd the maximum cost of the call
 * @param expiresAt when it expires: after the latest end of the call
 * @param budgets all budgets of the call
 */
public record Reservation(
    CallId id, CallId call, BigDecimal usd, Instant expiresAt, List<Budget> budgets) {
  public Reservation {
    budgets = List.copyOf(budgets);
    if (usd.signum() < 0 || budgets.isEmpty()) {
      throw new IllegalArgumentException(
          "a reservation needs an amount of 0 or more and at least one budget");
    }
  }

  /** The name of the budget's period. */
  String period(Budget budget) {
    return budget.period().key(call.time());
  }
}
