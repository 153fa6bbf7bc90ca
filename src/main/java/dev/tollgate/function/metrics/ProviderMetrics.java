package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.invocation.RetryScheduled;
import dev.tollgate.provider.ModelInvoked;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;

/** Metrics of requests to providers. A call may send several, or none. */
@Singleton
class ProviderMetrics {
  private static final Set<Integer> OVERLOADED = Set.of(429, 503, 529);

  private final EmbeddedMetrics metrics;

  ProviderMetrics(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  /** An overload includes a rate limit. */
  void onInvocation(@Observes ModelInvoked event) {
    metrics.write(
        Map.of("ModelRequests", 1, "ModelOverloads", isOverload(event.reply()) ? 1 : 0),
        properties(event.request()));
  }

  void onRetry(@Observes RetryScheduled event) {
    metrics.write(Map.of("Retries", 1), properties(event.request()));
  }

  private static ObjectNode properties(ModelRequest request) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("provider", request.provider().id())
        .put("model", request.model());
  }

  private static boolean isOverload(Reply reply) {
    return switch (reply) {
      case Reply.ProviderError error ->
          OVERLOADED.contains(error.status()) && !error.isAccountError();
      case Reply.Interrupted(var cause, _, _, _) -> isOverload(cause);
      case Reply.ResponseLost(var cause) -> isOverload(cause);
      case Reply.Answered _,
          Reply.Unreachable _,
          Reply.MalformedResponse _,
          Reply.TimedOut _,
          Reply.CircuitOpen _,
          Reply.Misconfigured _,
          Reply.NotAttempted _ ->
          false;
    };
  }
}
