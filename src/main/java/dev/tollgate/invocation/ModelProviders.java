package dev.tollgate.invocation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.failsafe.CircuitBreaker;
import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.Failsafe;
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
 * The way to each provider's models. A provider that is down is left alone for a while, so that
 * nobody waits for it in vain; then one call at a time tries whether it is back. What it says to a
 * request that is wrong, or to too many of them, does not count against it.
 */
@Singleton
class ModelProviders {
  private static final Logger LOG = Logger.getLogger(ModelProviders.class);

  private record ProviderHandle(ModelProvider provider, CircuitBreaker<Reply> breaker) {}

  private final Map<Provider, ProviderHandle> handles = new EnumMap<>(Provider.class);

  /**
   * Makes the ways.
   *
   * @param failures in a row after which a provider is taken to be down
   * @param suspension for how long it is left alone then
   */
  ModelProviders(
      @All List<ModelProvider> providers,
      @ConfigProperty(name = "tollgate.providers.failures", defaultValue = "10") int failures,
      @ConfigProperty(name = "tollgate.providers.suspension", defaultValue = "5s")
          Duration suspension) {
    for (ModelProvider provider : providers) {
      String title = provider.provider().displayName();
      CircuitBreaker<Reply> breaker =
          CircuitBreaker.<Reply>builder()
              .handleResultIf(reply -> reply instanceof Reply.Failure it && it.isOutage())
              .withFailureThreshold(failures)
              .withDelay(suspension)
              .withSuccessThreshold(1)
              .onOpen(_ -> LOG.errorf("%s is down: it is left alone for %s", title, suspension))
              .onClose(_ -> LOG.infof("%s answers again", title))
              .build();
      handles.put(provider.provider(), new ProviderHandle(provider, breaker));
    }
  }

  /** Asks the request's provider, unless it is down. */
  Reply invoke(ModelRequest request, Duration timeout) {
    ProviderHandle handle = handle(request.provider());
    try {
      return Failsafe.with(handle.breaker()).get(() -> handle.provider().invoke(request, timeout));
    } catch (CircuitBreakerOpenException e) {
      return new Reply.CircuitOpen(handle.breaker().getRemainingDelay());
    }
  }

  /** Reads an answer that was kept in the provider's own shape. */
  ModelResponse parseResponse(Provider provider, ObjectNode body) {
    return handle(provider).provider().parseResponse(body);
  }

  private ProviderHandle handle(Provider provider) {
    ProviderHandle found = handles.get(provider);
    if (found == null) {
      throw new IllegalStateException("nothing asks models of " + provider.displayName());
    }
    return found;
  }
}
