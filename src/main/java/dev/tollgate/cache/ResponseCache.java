package dev.tollgate.cache;

import java.time.Duration;
import java.util.Optional;

/** Stores responses for a while. It never throws: a failure is a miss. */
public interface ResponseCache {
  Optional<CachedResponse> find(CacheKey key);

  /** Returns whether the response was stored: it may be too large, or the cache unavailable. */
  boolean store(CacheKey key, CachedResponse response, Duration ttl);
}
