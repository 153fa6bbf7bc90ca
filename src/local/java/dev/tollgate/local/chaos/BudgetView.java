package dev.tollgate.local.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.local.chaos.StoreSnapshots.CallEntry;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How a team's budget is said to stand, in USD.
 *
 * @param begin of the period
 * @param end of the period
 */
record BudgetView(
    String team,
    BigDecimal hard,
    BigDecimal spent,
    BigDecimal reserved,
    BigDecimal unconfirmed,
    Instant begin,
    Instant end) {
  /** All in the list of budgets, or in the report; none if the answer is neither. */
  static List<BudgetView> parseAll(JsonNode answer) {
    List<BudgetView> all = new ArrayList<>();
    for (JsonNode budget : answer.path("budgets")) {
      all.add(
          new BudgetView(
              budget.path("id").asText(),
              budget.path("hard_usd").decimalValue(),
              budget.path("spent_usd").decimalValue(),
              budget.path("reserved_usd").decimalValue(),
              budget.path("unconfirmed_usd").decimalValue(),
              Instant.parse(budget.path("period_start").asText()),
              Instant.parse(budget.path("resets_at").asText())));
    }
    return all;
  }

  /** Whether an attempt is paid from it: a call belongs to the period in which it began. */
  boolean covers(CallEntry entry) {
    Instant time = new CallId(entry.callId()).time();
    return entry.team().equals(team) && !time.isBefore(begin) && time.isBefore(end);
  }

  boolean isExceeded() {
    return spent.add(reserved).compareTo(hard) > 0;
  }

  boolean hasNoReservations() {
    return reserved.signum() == 0;
  }
}
