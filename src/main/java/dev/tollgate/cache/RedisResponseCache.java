package dev.tollgate.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.failsafe.CircuitBreaker;
import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.function.CheckedSupplier;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.value.SetArgs;
import io.quarkus.redis.datasource.value.ValueCommands;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Answers in Redis. After three failures in a row Redis is left alone for five seconds, so that a
 * dead one costs a call no time.
 */
@Singleton
class RedisResponseCache implements ResponseCache {
  private static final Logger LOG = Logger.getLogger(RedisResponseCache.class);
  private static final int SCHEMA = 1;

  private final ValueCommands<String, String> values;
  private final ObjectMapper json;
  private final FailsafeExecutor<Object> guarded =
      Failsafe.with(
          CircuitBreaker.builder()
              .withFailureThreshold(3)
              .withDelay(Duration.ofSeconds(5))
              .onOpen(_ -> LOG.warn("Redis does not answer: calls go on uncached"))
              .onClose(_ -> LOG.info("Redis answers again"))
              .build());

  RedisResponseCache(RedisDataSource redis, ObjectMapper json) {
    this.values = redis.value(String.class, String.class);
    this.json = json;
  }

  @Override
  public Optional<CachedAnswer> find(CacheKey key) {
    return attempt(() -> Optional.ofNullable(values.get(key.value()))).flatMap(this::read);
  }

  @Override
  public void store(CacheKey key, CachedAnswer answer, Duration ttl) {
    ObjectNode value =
        json.createObjectNode()
            .put("schema", SCHEMA)
            .put("created", answer.created().toString())
            .put("cost", answer.cost().toPlainString())
            .set("body", answer.body());
    attempt(
        () -> {
          values.set(key.value(), value.toString(), new SetArgs().px(ttl));
          return Optional.empty();
        });
  }

  private <T> Optional<T> attempt(CheckedSupplier<Optional<T>> command) {
    try {
      return guarded.get(command);
    } catch (CircuitBreakerOpenException e) {
      return Optional.empty();
    } catch (RuntimeException e) {
      LOG.debug("Redis failed", e);
      return Optional.empty();
    }
  }

  private Optional<CachedAnswer> read(String value) {
    try {
      JsonNode entry = json.readTree(value);
      if (entry.path("schema").asInt() == SCHEMA && entry.path("body") instanceof ObjectNode body) {
        return Optional.of(
            new CachedAnswer(
                body,
                new BigDecimal(entry.path("cost").asText()),
                Instant.parse(entry.path("created").asText())));
      }
    } catch (JsonProcessingException | RuntimeException e) {
      LOG.debug("an entry of the response cache is not readable", e);
    }
    return Optional.empty();
  }
}
