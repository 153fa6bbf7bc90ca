package dev.tollgate.cost;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What calls cost in a period. Amounts are exact USD. The total and the tokens count every attempt,
 * as the provider's bill does; {@code calls} counts calls, however many attempts they took.
 *
 * @param from the first UTC day
 * @param to the last UTC day
 * @param newestCall the time of the newest call in the ledger; absent while it is empty
 */
public record CostReport(
    LocalDate from,
    LocalDate to,
    Totals totals,
    List<ModelCost> byModel,
    List<UserCost> topUsers,
    List<EndpointCost> byEndpoint,
    Optional<Instant> newestCall) {
  public CostReport {
    byModel = List.copyOf(byModel);
    topUsers = List.copyOf(topUsers);
    byEndpoint = List.copyOf(byEndpoint);
  }

  /**
   * Sums over the period.
   *
   * @param cached calls that a cache answered
   * @param failed calls that ended without an answer
   * @param cost USD
   * @param estimatedCost the part of {@code cost} for models that the price book does not know, and
   *     for tokens that a provider did not count
   * @param cacheSavings USD that calls answered by a cache would have cost
   */
  public record Totals(
      long calls,
      long cached,
      long failed,
      long tokens,
      BigDecimal cost,
      BigDecimal estimatedCost,
      BigDecimal cacheSavings) {
    static final Totals NONE =
        new Totals(0, 0, 0, 0, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);
  }

  /** What one model cost, most expensive first. */
  public record ModelCost(String provider, String model, BigDecimal cost, long calls) {}

  /** What one user's live calls cost, most expensive first. */
  public record UserCost(String team, String userId, BigDecimal cost, long calls) {}

  /** What one endpoint's calls cost, most expensive first. */
  public record EndpointCost(String endpoint, BigDecimal cost, long calls) {}
}
