package dev.tollgate.function.metrics;

import dev.tollgate.cache.RedisCommandFailed;
import dev.tollgate.json.JsonNodes;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;

/** Metrics of Redis. */
@Singleton
class CacheMetrics {
  private final EmbeddedMetrics metrics;

  CacheMetrics(EmbeddedMetrics metrics) {
    this.metrics = metrics;
  }

  void onFailure(@Observes RedisCommandFailed event) {
    metrics.write(Map.of("CacheFailures", 1), JsonNodes.object());
  }
}
