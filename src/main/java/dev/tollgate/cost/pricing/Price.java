package dev.tollgate.cost.pricing;

import dev.tollgate.provider.Usage;
import dev.tollgate.provider.UsageBound;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/**
 * The price of a model at a time.
 *
 * @param id of the row of the price book, so that a record can be traced and repriced
 */
public record Price(String id, Status status, RateCard card, Surcharges surcharges) {
  private static final String PRIORITY_TIER = "priority";

  /** Copies the price for tokens that the provider did not count. */
  public Price asEstimated() {
    return new Price(id, Status.ESTIMATED, card, surcharges);
  }

  /** Calculates the exact cost of a usage. Factors do not apply to searches. */
  public Cost cost(Usage usage) {
    Usage.Billing billing = usage.billing();
    Optional<Rates> ownRates =
        billing.serviceTier().equals(PRIORITY_TIER) ? card.priority(usage) : Optional.empty();
    Optional<BigDecimal> tier =
        ownRates.isPresent()
            ? Optional.of(BigDecimal.ONE)
            : surcharges.serviceTier(billing.serviceTier());
    Optional<BigDecimal> region = surcharges.region(billing.region());
    BigDecimal factor = tier.orElse(BigDecimal.ONE).multiply(region.orElse(BigDecimal.ONE));
    Rates rates = ownRates.orElseGet(() -> card.rates(usage));
    BigDecimal searches =
        surcharges.webSearch().multiply(BigDecimal.valueOf(billing.webSearches()));
    boolean known = tier.isPresent() && region.isPresent() && !billing.multipleModels();
    return new Cost(
        Money.normalize(rates.cost(usage).multiply(factor).add(searches)),
        rates.promptCacheSavings(usage).times(factor),
        id,
        known ? status : Status.ESTIMATED);
  }

  /**
   * Calculates the upper bound of the cost in USD: all tokens in the most expensive class, on the
   * most expensive terms.
   */
  public BigDecimal maxCost(UsageBound bound) {
    BigDecimal tokens =
        card.applicableRates(bound.prompt()).stream()
            .map(rates -> rates.maxCost(bound))
            .reduce(BigDecimal.ZERO, BigDecimal::max);
    return Money.normalize(
        tokens
            .multiply(surcharges.maxFactor())
            .add(surcharges.webSearch().multiply(BigDecimal.valueOf(bound.webSearches()))));
  }

  /** The certainty of a price. */
  public enum Status {
    /** From the price book. */
    PRICED,
    /**
     * An estimate. Either the price book lacks the model, and the fallback rates applied. Or it
     * lacks the terms of the call, and the model's standard rates applied. Or the provider did not
     * state the tokens that it bills.
     */
    ESTIMATED;

    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
