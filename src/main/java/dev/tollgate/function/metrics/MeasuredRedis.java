package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.cache.RedisFailures;
import jakarta.inject.Singleton;
import java.util.Map;

/** CloudWatch's metric of a Redis that does not answer. */
@Singleton
public class MeasuredRedis implements RedisFailures {
  private final EmbeddedMetrics metrics;

  public MeasuredRedis(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void add() {
    metrics.write(Map.of("CacheFailures", 1), JsonNodeFactory.instance.objectNode());
  }
}
