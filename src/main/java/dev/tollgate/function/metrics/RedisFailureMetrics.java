package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.cache.RedisFailureCounter;
import jakarta.inject.Singleton;
import java.util.Map;

/** CloudWatch's metric of a Redis that does not answer. */
@Singleton
public class RedisFailureMetrics implements RedisFailureCounter {
  private final EmbeddedMetrics metrics;

  public RedisFailureMetrics(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void increment() {
    metrics.write(Map.of("CacheFailures", 1), JsonNodeFactory.instance.objectNode());
  }
}
