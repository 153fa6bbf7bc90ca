package dev.tollgate.cost.ledger;

import dev.tollgate.cost.pricing.Money;
import dev.tollgate.cost.pricing.PromptCacheSavings;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The cost of calls in a period. Amounts are exact USD. The total and the tokens count every
 * attempt, as the provider's bill does; {@code calls} counts calls, however many attempts they
 * took.
 *
 * @param query selects the calls
 * @param previous the same sums for the period of equal length before
 * @param breakdowns the parts of the total, the most expensive first; days in their order
 * @param newestCall the time of the newest call in the ledger; absent while it is empty
 */
public record CostReport(
    CostQuery query,
    Totals totals,
    Totals previous,
    Map<Breakdown, List<Share>> breakdowns,
    Optional<Instant> newestCall) {
  public CostReport {
    breakdowns = Map.copyOf(breakdowns);
  }

  /** The report of a ledger without calls. */
  static CostReport empty(CostQuery query) {
    Map<Breakdown, List<Share>> breakdowns = new EnumMap<>(Breakdown.class);
    for (Breakdown breakdown : Breakdown.values()) {
      breakdowns.put(breakdown, List.of());
    }
    return new CostReport(query, Totals.NONE, Totals.NONE, breakdowns, Optional.empty());
  }

  /** The parts of the total. */
  public List<Share> shares(Breakdown breakdown) {
    return breakdowns.getOrDefault(breakdown, List.of());
  }

  /** Sums over calls. */
  public record Totals(
      Spend spend, Counts counts, Tokens tokens, Savings savings, LatencyHistogram latency) {
    public static final Totals NONE =
        new Totals(
            new Spend(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO),
            new Counts(0, 0, 0, 0, 0),
            new Tokens(0, 0, 0, 0, 0),
            new Savings(BigDecimal.ZERO, BigDecimal.ZERO, PromptCacheSavings.NONE),
            LatencyHistogram.NONE);

    /** USD, adjustments included. */
    public BigDecimal cost() {
      return spend.total();
    }

    public long calls() {
      return counts.calls();
    }
  }

  /**
   * What the provider bills, in USD.
   *
   * @param total all of it, adjustments included
   * @param adjustment the part that re-pricing added, or took if negative
   * @param estimated the part for models that the price book does not know, and for tokens that a
   *     provider did not count
   */
  public record Spend(BigDecimal total, BigDecimal adjustment, BigDecimal estimated) {}

  /**
   * Numbers of calls.
   *
   * @param attempts at these calls
   * @param cacheHits calls that the response cache answered
   * @param semanticHits the part of {@code cacheHits} for a similar question
   * @param failed calls that ended without a response
   */
  public record Counts(long attempts, long calls, long cacheHits, long semanticHits, long failed) {
    /** Cache hits for the same question. */
    public long exactHits() {
      return cacheHits - semanticHits;
    }
  }

  /**
   * USD that caches saved.
   *
   * @param cache the cost that calls would have had if the response cache had not answered them
   * @param semantic the part of {@code cache} of semantic hits
   * @param promptCache the savings of the provider's prompt caching
   */
  public record Savings(BigDecimal cache, BigDecimal semantic, PromptCacheSavings promptCache) {
    /** The part of {@code cache} of exact hits. */
    public BigDecimal exact() {
      return Money.normalize(cache.subtract(semantic));
    }
  }

  /** Tokens in the five classes of {@link dev.tollgate.provider.Usage}. */
  public record Tokens(
      long input, long cacheRead, long cacheWrite5m, long cacheWrite1h, long output) {
    public long cacheWrite() {
      return cacheWrite5m + cacheWrite1h;
    }

    public long total() {
      return input + cacheRead + cacheWrite5m + cacheWrite1h + output;
    }
  }

  /** The key of a group: a value for each dimension, empty for calls without one. */
  public record Key(Map<Dimension, String> values) {
    public Key {
      values = Map.copyOf(values);
    }

    private Key project(List<Dimension> dimensions) {
      return new Key(
          dimensions.stream()
              .collect(Collectors.toMap(it -> it, it -> values.getOrDefault(it, ""))));
    }

    /** The values of some dimensions, which are cheaper than a key for thousands of rows. */
    private List<String> valuesOf(List<Dimension> dimensions) {
      List<String> some = new ArrayList<>(dimensions.size());
      for (Dimension dimension : dimensions) {
        some.add(values.getOrDefault(dimension, ""));
      }
      return some;
    }

    /** The value; absent for calls without a user or a prompt. */
    public Optional<String> value(Dimension dimension) {
      boolean unprompted =
          dimension == Dimension.PROMPT_VERSION
              && values.getOrDefault(Dimension.PROMPT, "?").isEmpty();
      return Optional.ofNullable(values.get(dimension))
          .filter(value -> !value.isEmpty() && !unprompted);
    }
  }

  /** A part of the total. */
  public record Share(Key key, BigDecimal cost, long calls, long tokens) {
    /** Merges parts by fewer dimensions, the most expensive first. */
    static List<Share> groupBy(List<Dimension> dimensions, List<Share> parts) {
      Map<List<String>, Share> shares = new HashMap<>();
      for (Share part : parts) {
        shares.merge(part.key.valuesOf(dimensions), part, Share::plus);
      }
      Comparator<Share> order = Comparator.comparing(Share::cost).reversed();
      for (Dimension dimension : dimensions) {
        order = order.thenComparing(share -> share.key.value(dimension).orElse(""));
      }
      return shares.values().stream()
          .map(share -> share.withKey(share.key.project(dimensions)))
          .sorted(order)
          .toList();
    }

    private Share withKey(Key other) {
      return new Share(other, cost, calls, tokens);
    }

    private Share plus(Share more) {
      return new Share(
          key, Money.normalize(cost.add(more.cost)), calls + more.calls, tokens + more.tokens);
    }
  }

  /** The sums of the calls of one group. */
  public record Group(Key key, Totals totals) {}
}
