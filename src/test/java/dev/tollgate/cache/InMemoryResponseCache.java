package dev.tollgate.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Stores every response without expiry. */
public final class InMemoryResponseCache implements ResponseCache {
  private final Map<CacheKey, CachedResponse> answers = new ConcurrentHashMap<>();
  private final List<Duration> lifetimes = Collections.synchronizedList(new ArrayList<>());

  @Override
  public Optional<CachedResponse> find(CacheKey key) {
    return Optional.ofNullable(answers.get(key));
  }

  @Override
  public boolean store(CacheKey key, CachedResponse response, Duration ttl) {
    answers.put(key, response);
    lifetimes.add(ttl);
    return true;
  }

  /** The stored responses, which a test may change. */
  public Map<CacheKey, CachedResponse> answers() {
    return answers;
  }

  /** The TTLs of the stored responses, in order. */
  public List<Duration> lifetimes() {
    return lifetimes;
  }
}
