package dev.tollgate.function.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.cache.RedisCommandFailed;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;

/** Metrics of Redis. */
@Singleton
public class CacheMetrics {
  private final EmbeddedMetrics metrics;

  public CacheMetrics(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  public void onFailure(@Observes RedisCommandFailed event) {
    metrics.write(Map.of("CacheFailures", 1), JsonNodeFactory.instance.objectNode());
  }
}
