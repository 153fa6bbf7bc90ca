package dev.tollgate.cost.pricing;

import dev.tollgate.provider.Usage;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/**
 * What a provider bills in addition to its models' rates.
 *
 * @param webSearch USD for each search
 * @param serviceTiers factors of the price of tokens by service tier
 * @param regions factors of the price of tokens by region
 */
record Surcharges(
    BigDecimal webSearch, Map<String, BigDecimal> serviceTiers, Map<String, BigDecimal> regions) {
  static final Surcharges NONE = new Surcharges(BigDecimal.ZERO, Map.of(), Map.of());

  Surcharges {
    serviceTiers = Map.copyOf(serviceTiers);
    regions = Map.copyOf(regions);
  }

  /** The largest factor of tier and region together. */
  BigDecimal maxFactor() {
    return maxFactor(serviceTiers).multiply(maxFactor(regions));
  }

  private static BigDecimal maxFactor(Map<String, BigDecimal> factors) {
    return factors.values().stream().reduce(BigDecimal.ONE, BigDecimal::max);
  }

  /** The factor of a tier; absent if the tier is unknown. */
  Optional<BigDecimal> serviceTier(String tier) {
    return tier.equals(Usage.Billing.STANDARD_TIER)
        ? Optional.of(BigDecimal.ONE)
        : Optional.ofNullable(serviceTiers.get(tier));
  }

  /** The factor of a region, 1 without one; absent if the region is unknown. */
  Optional<BigDecimal> region(Optional<String> region) {
    return region.isEmpty()
        ? Optional.of(BigDecimal.ONE)
        : Optional.ofNullable(regions.get(region.get()));
  }
}
