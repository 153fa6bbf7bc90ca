package dev.tollgate.function.costs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.ledger.Breakdown;
import dev.tollgate.cost.ledger.CostQuery;
import dev.tollgate.cost.ledger.CostReport;
import dev.tollgate.cost.ledger.CostReport.Group;
import dev.tollgate.cost.ledger.CostReport.Key;
import dev.tollgate.cost.ledger.CostReport.Share;
import dev.tollgate.cost.ledger.CostReport.Totals;
import dev.tollgate.cost.ledger.Dimension;
import dev.tollgate.json.JsonNodes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Cost reports as JSON. */
final class CostReportJson {
  private static final int RATIO_SCALE = 4;

  private CostReportJson() {}

  /**
   * @param completeUntil the time up to which the ledger is complete, if known
   */
  static ObjectNode write(CostReport report, Optional<Instant> completeUntil) {
    CostQuery query = report.query();
    Totals totals = report.totals();
    ObjectNode body =
        JsonNodes.object()
            .put("period_days", query.days())
            .put("from", query.from().toString())
            .put("to", query.to().toString());
    ObjectNode filter = body.putObject("filter");
    query
        .filter()
        .forEach(
            (dimension, values) ->
                values.stream().sorted().forEach(filter.putArray(dimension.id())::add));
    putHeadline(body, totals)
        .put("attempts", totals.counts().attempts())
        .put("cached_calls", totals.counts().cacheHits())
        .put("failed_calls", totals.counts().failed())
        .put("cache_hit_rate", ratio(totals.counts().cacheHits(), totals.calls()))
        .put("error_rate", ratio(totals.counts().failed(), totals.calls()))
        .put("adjustment_usd", totals.spend().adjustment())
        .put("estimated_usd", totals.spend().estimated())
        .put("estimated_share", ratio(totals.spend().estimated(), totals.cost()));
    body.putObject("tokens")
        .put("input", totals.tokens().input())
        .put("cache_read", totals.tokens().cacheRead())
        .put("cache_write_5m", totals.tokens().cacheWrite5m())
        .put("cache_write_1h", totals.tokens().cacheWrite1h())
        .put("output", totals.tokens().output());
    body.putObject("response_cache")
        .put("exact_calls", totals.counts().exactHits())
        .put("exact_savings_usd", totals.savings().exact())
        .put("semantic_calls", totals.counts().semanticHits())
        .put("semantic_savings_usd", totals.savings().semantic());
    body.putObject("prompt_cache")
        .put("read_tokens", totals.tokens().cacheRead())
        .put("write_tokens", totals.tokens().cacheWrite())
        .put("read_savings_usd", totals.savings().promptCache().readSavings())
        .put("write_premium_usd", totals.savings().promptCache().writePremium())
        .put("net_savings_usd", totals.savings().promptCache().net());
    body.putObject("latency_ms")
        .put("p50", percentile(totals, 50))
        .put("p95", percentile(totals, 95));
    putPrevious(body.putObject("previous"), report);
    for (Breakdown breakdown : Breakdown.values()) {
      ArrayNode shares = body.putArray(breakdown.name().toLowerCase(Locale.ROOT));
      report.shares(breakdown).forEach(share -> shares.add(row(share, breakdown.dimensions())));
    }
    return body.put("newest_call", report.newestCall().map(Instant::toString).orElse(null))
        .put("complete_until", completeUntil.map(Instant::toString).orElse(null));
  }

  private static void putPrevious(ObjectNode body, CostReport report) {
    CostQuery query = report.query().previousPeriod();
    Totals totals = report.previous();
    BigDecimal increase = report.totals().cost().subtract(totals.cost());
    putHeadline(body.put("from", query.from().toString()).put("to", query.to().toString()), totals)
        .put("cache_hit_rate", ratio(totals.counts().cacheHits(), totals.calls()))
        .put("error_rate", ratio(totals.counts().failed(), totals.calls()))
        .put("total_usd_change", ratio(increase, totals.cost()));
  }

  private static ObjectNode putHeadline(ObjectNode body, Totals totals) {
    return body.put("total_usd", totals.cost())
        .put("total_tokens", totals.tokens().total())
        .put("total_calls", totals.calls())
        .put("cache_savings", totals.savings().cache());
  }

  private static ObjectNode row(Share share, List<Dimension> by) {
    return key(share.key(), by)
        .put("cost", share.cost())
        .put("calls", share.calls())
        .put("tokens", share.tokens());
  }

  /** All sums of a group in one flat object. */
  static ObjectNode row(Group group, List<Dimension> by) {
    Totals totals = group.totals();
    return key(group.key(), by)
        .put("cost", totals.cost())
        .put("calls", totals.calls())
        .put("tokens", totals.tokens().total())
        .put("attempts", totals.counts().attempts())
        .put("cached_calls", totals.counts().cacheHits())
        .put("semantic_calls", totals.counts().semanticHits())
        .put("failed_calls", totals.counts().failed())
        .put("input_tokens", totals.tokens().input())
        .put("cache_read_tokens", totals.tokens().cacheRead())
        .put("cache_write_5m_tokens", totals.tokens().cacheWrite5m())
        .put("cache_write_1h_tokens", totals.tokens().cacheWrite1h())
        .put("output_tokens", totals.tokens().output())
        .put("cache_savings", totals.savings().cache())
        .put("semantic_cache_savings", totals.savings().semantic())
        .put("prompt_cache_read_savings_usd", totals.savings().promptCache().readSavings())
        .put("prompt_cache_write_premium_usd", totals.savings().promptCache().writePremium())
        .put("prompt_cache_net_savings_usd", totals.savings().promptCache().net())
        .put("adjustment_usd", totals.spend().adjustment())
        .put("estimated_usd", totals.spend().estimated())
        .put("latency_p50_ms", percentile(totals, 50))
        .put("latency_p95_ms", percentile(totals, 95));
  }

  /** The fields of {@link #row(Group, List)}. */
  static List<String> columns(List<Dimension> by) {
    List<String> columns = new ArrayList<>();
    row(new Group(new Key(Map.of()), Totals.NONE), by).fieldNames().forEachRemaining(columns::add);
    return columns;
  }

  private static ObjectNode key(Key key, List<Dimension> by) {
    ObjectNode row = JsonNodes.object();
    for (Dimension dimension : by) {
      Optional<String> value = key.value(dimension);
      if (dimension == Dimension.PROMPT_VERSION) {
        row.put(dimension.column(), value.map(Integer::valueOf).orElse(null));
      } else {
        row.put(dimension.column(), value.orElse(null));
      }
    }
    return row;
  }

  private static @Nullable BigDecimal ratio(long part, long whole) {
    return ratio(BigDecimal.valueOf(part), BigDecimal.valueOf(whole));
  }

  /** A ratio; null if the whole is 0. */
  private static @Nullable BigDecimal ratio(BigDecimal part, BigDecimal whole) {
    return whole.signum() == 0 ? null : part.divide(whole, RATIO_SCALE, RoundingMode.HALF_EVEN);
  }

  private static @Nullable Long percentile(Totals totals, int percent) {
    OptionalLong millis = totals.latency().percentile(percent);
    return millis.isPresent() ? millis.getAsLong() : null;
  }
}
