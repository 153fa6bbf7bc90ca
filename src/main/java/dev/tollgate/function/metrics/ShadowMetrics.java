package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.shadow.ComparisonResult;
import dev.tollgate.shadow.ComparisonVerdict;
import dev.tollgate.shadow.ShadowFailureListener;
import jakarta.inject.Singleton;
import java.util.Map;

/** CloudWatch's metrics of the watch over answers that were served for similar questions. */
@Singleton
public class ShadowMetrics implements ShadowFailureListener {
  private final EmbeddedMetrics metrics;

  public ShadowMetrics(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void onFailure(PromptName prompt, String reason) {
    metrics.write(Map.of("ShadowsLost", 1), propertiesOf(prompt).put("reason", reason));
  }

  /** One that was sealed with a key that is gone, which would be no more readable another time. */
  public void recordUnreadable() {
    metrics.write(
        Map.of("ShadowsLost", 1),
        JsonNodeFactory.instance.objectNode().put("reason", "key_changed"));
  }

  public void recordResult(ComparisonResult finding) {
    ObjectNode properties =
        propertiesOf(finding.prompt())
            .put("version", finding.version())
            .put("call_id", finding.callId().value());
    finding.verdict().ifPresent(verdict -> metrics.write(counts(verdict), properties));
    if (finding.disabledReason().isPresent()) {
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

  private static ObjectNode propertiesOf(PromptName prompt) {
    return JsonNodeFactory.instance.objectNode().put("prompt", prompt.value());
  }
}
