package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.shadow.ComparisonResult;
import dev.tollgate.shadow.ComparisonSkipped;
import dev.tollgate.shadow.ComparisonVerdict;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;

/** Metrics of comparisons between semantic cache hits and fresh answers. */
@Singleton
class ShadowMetrics {
  private final EmbeddedMetrics metrics;

  ShadowMetrics(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  void onSkip(@Observes ComparisonSkipped event) {
    ObjectNode properties = JsonNodes.object();
    event.prompt().ifPresent(prompt -> properties.put("prompt", prompt.value()));
    metrics.write(Map.of("ShadowsLost", 1), properties.put("reason", event.reason()));
  }

  void onResult(@Observes ComparisonResult result) {
    ObjectNode properties =
        JsonNodeFactory.instance
            .objectNode()
            .put("prompt", result.prompt().value())
            .put("version", result.version())
            .put("call_id", result.callId().value());
    result.verdict().ifPresent(verdict -> metrics.write(counts(verdict), properties));
    if (result.disabledReason().isPresent()) {
      metrics.write(Map.of("SemanticCachesSwitchedOff", 1), properties);
    }
  }

  private static Map<String, Integer> counts(ComparisonVerdict verdict) {
    return switch (verdict) {
      case ComparisonVerdict.Same() -> Map.of("ShadowsCompared", 1, "ShadowsDiffering", 0);
      case ComparisonVerdict.Different() -> Map.of("ShadowsCompared", 1, "ShadowsDiffering", 1);
      case ComparisonVerdict.Undecided _ -> Map.of("ShadowsUndecided", 1);
    };
  }
}
