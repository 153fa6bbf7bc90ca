package dev.tollgate.cost.pricing;

import dev.tollgate.provider.Usage;
import java.math.BigDecimal;

/**
 * The cost of a call.
 *
 * @param usd exact
 * @param promptCacheSavings the savings of the provider's prompt caching
 * @param priceId the row of the price book
 */
public record Cost(
    BigDecimal usd, PromptCacheSavings promptCacheSavings, String priceId, Price.Status status) {
  public boolean isEstimated() {
    return status == Price.Status.ESTIMATED;
  }

  /**
   * Whether the cost is estimated since the provider did not count the tokens. A later price cannot
   * mend that. No other reason makes the cost an estimate if the price book has the model and the
   * terms are standard.
   */
  public boolean hasEstimatedTokens(Usage usage) {
    return isEstimated()
        && !priceId.equals(PriceBook.FALLBACK_ID)
        && usage.billing().equals(Usage.Billing.STANDARD);
  }
}
