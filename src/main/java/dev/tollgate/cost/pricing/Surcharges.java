package dev.tollgate.cost.pricing;

import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/**
 * What a provider bills in addition to its models' rates.
 *
 * @param webSearch USD for each search
 * @param serviceTiers the multiplier of each service tier on the price of tokens
 * @param regions the multiplier of each region
 */
record Surcharges(
    BigDecimal webSearch, Map<String, BigDecimal> serviceTiers, Map<String, BigDecimal> regions) {
  static final Surcharges NONE = new Surcharges(BigDecimal.ZERO, Map.of(), Map.of());

  Surcharges {
    serviceTiers = Map.copyOf(serviceTiers);
    regions = Map.copyOf(regions);
  }

  /** The most that tier and region together multiply a price by. */
  BigDecimal maxFactor() {
    return maxFactor(serviceTiers).multiply(maxFactor(regions));
  }

  private static BigDecimal maxFactor(Map<String, BigDecimal> factors) {
    return factors.values().stream().reduce(BigDecimal.ONE, BigDecimal::max);
  }

  /** The factor of a tier; absent if it is not known. */
  Optional<BigDecimal> serviceTier(String tier) {
    return tier.equals(Usage.Billing.STANDARD_TIER)
        ? Optional.of(BigDecimal.ONE)
        : Optional.ofNullable(serviceTiers.get(tier));
  }

  /** The factor of a region, 1 where none is named; absent if it is not known. */
  Optional<BigDecimal> region(Optional<String> region) {
    return region.isEmpty()
        ? Optional.of(BigDecimal.ONE)
        : Optional.ofNullable(regions.get(region.get()));
  }
}
