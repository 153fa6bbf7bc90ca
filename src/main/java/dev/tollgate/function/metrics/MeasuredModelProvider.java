package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelRequest;
import jakarta.annotation.Priority;
import jakarta.decorator.Decorator;
import jakarta.decorator.Delegate;
import jakarta.enterprise.inject.Any;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * CloudWatch's metrics of what is asked of models, which is more often than there are calls: how
 * often in all, and how often a provider had too much to do or was asked too much.
 */
@Decorator
@Priority(1)
public abstract class MeasuredModelProvider implements ModelProvider {
  private static final Set<Integer> OVERLOADED = Set.of(429, 503, 529);

  private final ModelProvider models;
  private final EmbeddedMetrics metrics;

  @Inject
  public MeasuredModelProvider(@Delegate @Any ModelProvider models, EmbeddedMetrics metrics) {
    this.models = models;
    this.metrics = metrics;
  }

  @Override
  public Reply invoke(ModelRequest request, Duration timeout) {
    Reply reply = models.invoke(request, timeout);
    metrics.write(
        Map.of("ModelRequests", 1, "ModelOverloads", isOverload(reply) ? 1 : 0),
        JsonNodeFactory.instance
            .objectNode()
            .put("provider", request.provider().id())
            .put("model", request.model()));
    return reply;
  }

  private static boolean isOverload(Reply reply) {
    return switch (reply) {
      case Reply.ProviderError declined ->
          OVERLOADED.contains(declined.status()) && !declined.isAccountError();
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
