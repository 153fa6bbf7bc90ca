package dev.tollgate.cache;

import dev.failsafe.CircuitBreaker;
import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.function.CheckedSupplier;
import dev.tollgate.event.EventPublisher;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Commands to a Redis that nobody must depend on. After three failures in a row it is left alone
 * for five seconds, so that a dead one costs a call no time.
 */
@Singleton
class RedisCommands {
  private static final Logger LOG = Logger.getLogger(RedisCommands.class);

  private final FailsafeExecutor<Object> executor =
      Failsafe.with(
          CircuitBreaker.builder()
              .withFailureThreshold(3)
              .withDelay(Duration.ofSeconds(5))
              .onOpen(_ -> LOG.warn("Redis does not answer: calls go on uncached"))
              .onClose(_ -> LOG.info("Redis answers again"))
              .build());
  private final EventPublisher events;

  RedisCommands(EventPublisher events) {
    this.events = events;
  }

  /** What the command gives, or nothing if Redis fails. */
  <T> Optional<T> execute(CheckedSupplier<Optional<T>> command) {
    try {
      return executor.get(command);
    } catch (CircuitBreakerOpenException e) {
      return Optional.empty();
    } catch (RuntimeException e) {
      LOG.debug("Redis failed", e);
      events.publish(new RedisCommandFailed());
      return Optional.empty();
    }
  }
}
