package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.invocation.AttemptListener;
import dev.tollgate.provider.AdaptedRequest;
import dev.tollgate.provider.ModelProvider.Reply;
import jakarta.inject.Singleton;
import java.util.Map;

/** CloudWatch's metric {@code Retries}: how often a model was asked once more. */
@Singleton
class RetryMetrics implements AttemptListener {
  private final EmbeddedMetrics metrics;

  RetryMetrics(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void onFailure(AdaptedRequest asked, Reply.Failure failure, boolean retried) {
    if (retried) {
      metrics.write(
          Map.of("Retries", 1),
          JsonNodeFactory.instance
              .objectNode()
              .put("provider", asked.request().provider().id())
              .put("model", asked.request().model()));
    }
  }
}
