package dev.tollgate.invocation;

import java.time.Duration;
import java.util.Optional;

/**
 * Cache directives of a caller.
 *
 * @param allowReuse the answer may be cached although the temperature is not 0
 * @param refresh skips the lookup, but the new answer may be cached
 * @param bypass skips both lookup and storage
 * @param ttl how long the answer may be cached; absent for the installation's default
 */
public record CacheDirectives(
    boolean allowReuse, boolean refresh, boolean bypass, Optional<Duration> ttl) {
  /** No directives. */
  public static final CacheDirectives DEFAULT =
      new CacheDirectives(false, false, false, Optional.empty());

  /** Skips both lookup and storage. */
  public static final CacheDirectives BYPASS =
      new CacheDirectives(false, false, true, Optional.empty());
}
