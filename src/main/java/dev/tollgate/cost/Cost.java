package dev.tollgate.cost;

import java.math.BigDecimal;

/**
 * What a call cost.
 *
 * @param usd exact
 * @param promptCacheSavings what the provider's prompt caching did to it
 * @param priceId the row of the price book that it was priced by
 */
public record Cost(
    BigDecimal usd, PromptCacheSavings promptCacheSavings, String priceId, Price.Status status) {
  public boolean isEstimated() {
    return status == Price.Status.ESTIMATED;
  }
}
