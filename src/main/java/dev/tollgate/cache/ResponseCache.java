package dev.tollgate.cache;

import java.time.Duration;
import java.util.Optional;

/** Keeps answers for a while. Never throws: a cache that fails is a cache that misses. */
public interface ResponseCache {
  Optional<CachedResponse> find(CacheKey key);

  /** Returns whether the answer was kept: it may be too large, or the cache away. */
  boolean store(CacheKey key, CachedResponse response, Duration ttl);
}
