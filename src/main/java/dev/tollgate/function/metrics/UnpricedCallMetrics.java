package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.cost.calls.CallRecord;
import jakarta.inject.Singleton;
import java.util.Map;

/**
 * The alarm for calls whose price is not known: the metric {@code UnpricedCalls}, one for each call
 * that the price book could only estimate. Of how many tokens a provider did not say, no book knows
 * better.
 */
@Singleton
public class UnpricedCallMetrics {
  private final EmbeddedMetrics metrics;

  public UnpricedCallMetrics(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  /** Tells of a call if it is one of them. */
  public void record(CallRecord call) {
    if (call.lacksPrice() && call.cost().signum() > 0) {
      metrics.write(
          call.time(),
          Map.of("UnpricedCalls", 1),
          JsonNodeFactory.withExactBigDecimals(true)
              .objectNode()
              .put("call", call.id().value())
              .put("provider", call.provider())
              .put("model", call.model())
              .put("price_id", call.priceId())
              .put("cost_usd", call.cost()));
    }
  }
}
