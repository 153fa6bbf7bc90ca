package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.shadow.Finding;
import dev.tollgate.shadow.LostShadows;
import dev.tollgate.shadow.Verdict;
import jakarta.inject.Singleton;
import java.util.Map;

/** CloudWatch's metrics of the watch over answers that were served for similar questions. */
@Singleton
public class WatchMetrics implements LostShadows {
  private final EmbeddedMetrics metrics;

  public WatchMetrics(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void add(PromptName prompt, String reason) {
    metrics.write(Map.of("ShadowsLost", 1), about(prompt).put("reason", reason));
  }

  /** One that was sealed with a key that is gone, which would be no more readable another time. */
  public void unreadable() {
    metrics.write(
        Map.of("ShadowsLost", 1),
        JsonNodeFactory.instance.objectNode().put("reason", "key_changed"));
  }

  public void found(Finding finding) {
    ObjectNode properties =
        about(finding.prompt())
            .put("version", finding.version())
            .put("call_id", finding.callId().value());
    finding.verdict().ifPresent(verdict -> metrics.write(counts(verdict), properties));
    if (finding.withdrawn().isPresent()) {
      metrics.write(Map.of("SemanticCachesSwitchedOff", 1), properties);
    }
  }

  private static Map<String, Integer> counts(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Same() -> Map.of("ShadowsCompared", 1, "ShadowsDiffering", 0);
      case Verdict.Different() -> Map.of("ShadowsCompared", 1, "ShadowsDiffering", 1);
      case Verdict.Undecided _ -> Map.of("ShadowsUndecided", 1);
    };
  }

  private static ObjectNode about(PromptName prompt) {
    return JsonNodeFactory.instance.objectNode().put("prompt", prompt.value());
  }
}
