package dev.tollgate.cost.pricing;

import dev.tollgate.provider.Usage;
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

  /**
   * Whether the provider did not say what it bills, which no later price makes certain: nothing
   * else makes an estimate of a model's own price on the usual terms.
   */
  public boolean hasEstimatedTokens(Usage usage) {
    return isEstimated()
        && !priceId.equals(PriceBook.FALLBACK_ID)
        && usage.billing().equals(Usage.Billing.STANDARD);
  }
}
