package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CacheOutcome;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecorded;
import dev.tollgate.cost.ledger.LedgerBatchInserted;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.trace.TraceContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Metrics of calls: when they are recorded, and when they are inserted into the cost ledger. */
@Singleton
class CallMetrics {
  private static final Set<String> TRUNCATED =
      Set.of(FinishReason.MAX_TOKENS.id(), FinishReason.CONTEXT_WINDOW_EXCEEDED.id());

  private final EmbeddedMetrics metrics;

  CallMetrics(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  void onRecorded(@Observes CallRecorded event) {
    CallRecord call = event.call();
    Map<String, Number> values = values(call);
    if (event.deadLettered()) {
      values.put("SpilledCalls", 1);
    }
    metrics.write(call.time(), values, properties(call));
  }

  private static Map<String, Number> values(CallRecord call) {
    Map<String, Number> values = new HashMap<>();
    values.put("SpendUsd", call.cost());
    values.put("AvoidedUsd", call.avoidedCost());
    values.put("InputTokens", call.usage().promptTokens());
    values.put("CacheReadTokens", call.usage().cacheRead());
    values.put("CacheWriteTokens", call.usage().cacheWrite5m() + call.usage().cacheWrite1h());
    values.put("OutputTokens", call.usage().output());
    if (call.finalAttempt()) {
      values.put("Calls", 1);
      values.put("CallErrors", count(call.failure().isPresent()));
      values.put("CacheHits", count(call.cache() != CacheOutcome.NONE));
      values.put("LatencyMs", call.latency().toMillis());
    }
    if (call.cache() == CacheOutcome.NONE && call.finishReason().isPresent()) {
      String reason = call.finishReason().get();
      values.put("Answers", 1);
      values.put("Refusals", count(reason.equals(FinishReason.REFUSAL.id())));
      values.put("Truncations", count(TRUNCATED.contains(reason)));
    }
    return values;
  }

  private static int count(boolean condition) {
    return condition ? 1 : 0;
  }

  private static ObjectNode properties(CallRecord call) {
    ObjectNode properties =
        JsonNodeFactory.instance
            .objectNode()
            .put("call", call.id().value())
            .put("call_id", call.callId().value())
            .put("trace_id", TraceContext.current().traceId())
            .put("key_id", call.keyId())
            .put("team", call.team())
            .put("endpoint", call.endpoint())
            .put("provider", call.provider())
            .put("model", call.model())
            .put("cache", call.cache().id())
            .put("purpose", call.purpose().name().toLowerCase(Locale.ROOT));
    call.user().ifPresent(user -> properties.put("user_id", user));
    call.prompt()
        .ifPresent(
            prompt -> properties.put("prompt", prompt.name()).put("version", prompt.version()));
    call.failure().ifPresent(failure -> properties.put("failure", failure));
    return properties;
  }

  /** Lambda may deliver a batch again, so nothing is counted before the batch is in the ledger. */
  void onInserted(@Observes LedgerBatchInserted event) {
    metrics.write(
        Map.of(
            "BookedCalls", event.inserted(), "UnreadableCalls", event.batch().unreadable().size()),
        JsonNodes.object());
    event.batch().calls().stream().filter(CallMetrics::isUnpriced).forEach(this::writeUnpriced);
  }

  /** The price book can only estimate the call. Unknown token counts are not the book's fault. */
  private static boolean isUnpriced(CallRecord call) {
    return call.lacksPrice() && call.cost().signum() > 0;
  }

  private void writeUnpriced(CallRecord call) {
    metrics.write(
        call.time(),
        Map.of("UnpricedCalls", 1),
        JsonNodes.object()
            .put("call", call.id().value())
            .put("provider", call.provider())
            .put("model", call.model())
            .put("price_id", call.priceId())
            .put("cost_usd", call.cost()));
  }
}
