package dev.tollgate.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps every answer for good. */
public final class InMemoryResponseCache implements ResponseCache {
  private final Map<CacheKey, CachedResponse> answers = new ConcurrentHashMap<>();
  private final List<Duration> lifetimes = Collections.synchronizedList(new ArrayList<>());

  @Override
  public Optional<CachedResponse> find(CacheKey key) {
    return Optional.ofNullable(answers.get(key));
  }

  @Override
  public boolean store(CacheKey key, CachedResponse answer, Duration ttl) {
    answers.put(key, answer);
    lifetimes.add(ttl);
    return true;
  }

  /** What is kept, which a test may change. */
  public Map<CacheKey, CachedResponse> answers() {
    return answers;
  }

  /** For how long answers were to be kept, in the order in which they came. */
  public List<Duration> lifetimes() {
    return lifetimes;
  }
}
