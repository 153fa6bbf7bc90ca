package dev.tollgate.invocation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.failsafe.CircuitBreaker;
import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.Failsafe;
import dev.tollgate.event.EventPublisher;
import dev.tollgate.provider.ModelInvoked;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Sends requests to providers, each behind a circuit breaker. While the breaker is open, calls do
 * not wait for the provider. After the delay, one call at a time tests whether it answers again.
 * Client errors and rate limits do not count as outages.
 */
@Singleton
class ModelProviders {
  private static final Logger LOG = Logger.getLogger(ModelProviders.class);

  private record ProviderHandle(ModelProvider provider, CircuitBreaker<Reply> breaker) {}

  private final EventPublisher events;
  private final Map<Provider, ProviderHandle> handles = new EnumMap<>(Provider.class);

  /**
   * Creates a circuit breaker for each provider.
   *
   * @param failures consecutive outages that open the breaker
   * @param suspension how long the breaker stays open
   */
  ModelProviders(
      @All List<ModelProvider> providers,
      EventPublisher events,
      @ConfigProperty(name = "tollgate.providers.failures", defaultValue = "10") int failures,
      @ConfigProperty(name = "tollgate.providers.suspension", defaultValue = "5s")
          Duration suspension) {
    this.events = events;
    for (ModelProvider provider : providers) {
      String name = provider.provider().displayName();
      CircuitBreaker<Reply> breaker =
          CircuitBreaker.<Reply>builder()
              .handleResultIf(reply -> reply instanceof Reply.Failure it && it.isOutage())
              .withFailureThreshold(failures)
              .withDelay(suspension)
              .withSuccessThreshold(1)
              .onOpen(_ -> LOG.errorf("Circuit breaker opened for %s for %s", name, suspension))
              .onClose(_ -> LOG.infof("Circuit breaker closed for %s", name))
              .build();
      handles.put(provider.provider(), new ProviderHandle(provider, breaker));
    }
  }

  /** Sends a request to its provider, unless the circuit breaker is open. */
  Reply invoke(ModelRequest request, Duration timeout) {
    ProviderHandle handle = handle(request.provider());
    try {
      return Failsafe.with(handle.breaker()).get(() -> send(handle.provider(), request, timeout));
    } catch (CircuitBreakerOpenException e) {
      return new Reply.CircuitOpen(handle.breaker().getRemainingDelay());
    }
  }

  private Reply send(ModelProvider provider, ModelRequest request, Duration timeout) {
    Reply reply = provider.invoke(request, timeout);
    events.publish(new ModelInvoked(request, reply));
    return reply;
  }

  /** Parses a cached response in the provider's wire format. */
  ModelResponse parseResponse(Provider provider, ObjectNode body) {
    return handle(provider).provider().parseResponse(body);
  }

  private ProviderHandle handle(Provider provider) {
    ProviderHandle handle = handles.get(provider);
    if (handle == null) {
      throw new IllegalStateException("no client for provider " + provider.displayName());
    }
    return handle;
  }
}
