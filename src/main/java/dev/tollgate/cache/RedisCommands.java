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
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Commands to Redis, which no call depends on. After three failures in a row a circuit breaker
 * opens for five seconds, so an unavailable Redis does not delay calls.
 */
@Singleton
class RedisCommands {
  private static final Logger LOG = Logger.getLogger(RedisCommands.class);

  private final FailsafeExecutor<Object> executor =
      Failsafe.with(
          CircuitBreaker.builder()
              .withFailureThreshold(3)
              .withDelay(Duration.ofSeconds(5))
              .onOpen(
                  _ ->
                      LOG.warn(
                          "Circuit breaker opened for Redis: calls continue without the cache"))
              .onClose(_ -> LOG.info("Circuit breaker closed for Redis"))
              .build());
  private final EventPublisher events;

  /** Whether the last command failed. Only the first failure is logged as a warning. */
  private final AtomicBoolean failing = new AtomicBoolean();

  RedisCommands(EventPublisher events) {
    this.events = events;
  }

  /** The result of a command, or nothing if Redis fails. */
  <T> Optional<T> execute(CheckedSupplier<Optional<T>> command) {
    try {
      Optional<T> result = executor.get(command);
      failing.set(false);
      return result;
    } catch (CircuitBreakerOpenException e) {
      return Optional.empty();
    } catch (RuntimeException e) {
      LOG.logf(
          failing.getAndSet(true) ? Logger.Level.DEBUG : Logger.Level.WARN,
          e,
          "Failed to execute a Redis command");
      events.publish(new RedisCommandFailed());
      return Optional.empty();
    }
  }
}
