package dev.tollgate.budget;

import dev.tollgate.cost.calls.CallId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * What a call holds of budgets until it is known what it cost.
 *
 * @param id reserving or settling the same once more changes nothing
 * @param call whose time says which period of each budget it belongs to
 * @param usd the most that it may cost
 * @param expiresAt when it ends by itself, which is after the call must have
 * @param budgets all that the call is paid from
 */
public record Reservation(
    CallId id, CallId call, BigDecimal usd, Instant expiresAt, List<Budget> budgets) {
  public Reservation {
    budgets = List.copyOf(budgets);
    if (usd.signum() < 0 || budgets.isEmpty()) {
      throw new IllegalArgumentException("a reservation holds an amount of at least one budget");
    }
  }

  /** Names the budget's period that is held from. */
  String period(Budget budget) {
    return budget.period().key(call.time());
  }
}
