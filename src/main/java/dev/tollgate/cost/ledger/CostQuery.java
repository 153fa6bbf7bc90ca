package dev.tollgate.cost.ledger;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;

/**
 * Selects the calls of a report.
 *
 * @param from the first UTC day
 * @param to the last UTC day
 * @param filter the selected values by dimension; an empty value stands for calls without a user or
 *     a prompt
 */
public record CostQuery(LocalDate from, LocalDate to, Map<Dimension, Set<String>> filter) {
  public CostQuery {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException("a period cannot end before it begins");
    }
    filter = Map.copyOf(filter);
  }

  /** All calls of a period. */
  public static CostQuery all(LocalDate from, LocalDate to) {
    return new CostQuery(from, to, Map.of());
  }

  public int days() {
    return (int) ChronoUnit.DAYS.between(from, to) + 1;
  }

  /** The same query for the previous period of equal length. */
  public CostQuery previousPeriod() {
    return new CostQuery(from.minusDays(days()), to.minusDays(days()), filter);
  }
}
