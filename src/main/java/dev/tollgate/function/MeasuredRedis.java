package dev.tollgate.function;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.cache.RedisFailures;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;

/** CloudWatch's metric of a Redis that does not answer. */
@Singleton
class MeasuredRedis implements RedisFailures {
  private final Clock clock;
  private final EmbeddedMetrics metrics;

  MeasuredRedis(Clock clock, EmbeddedMetrics metrics) {
    this.clock = clock;
    this.metrics = metrics;
  }

  @Override
  public void add() {
    metrics.write(
        clock.instant(), Map.of("CacheFailures", 1), JsonNodeFactory.instance.objectNode());
  }
}
