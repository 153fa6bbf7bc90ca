package dev.tollgate.invocation;

import java.time.Duration;
import java.util.Optional;

/**
 * What a caller says of answers from the cache.
 *
 * @param allowReuse that the answer may be reused although the temperature is not 0
 * @param refresh that a kept answer is not wanted, but the new one may be kept
 * @param bypass that nothing is to be looked up or kept
 * @param ttl for how long the answer may be kept; absent leaves it to the installation
 */
public record CacheDirectives(
    boolean allowReuse, boolean refresh, boolean bypass, Optional<Duration> ttl) {
  /** Nothing was said. */
  public static final CacheDirectives DEFAULT =
      new CacheDirectives(false, false, false, Optional.empty());

  /** Neither looks up nor keeps. */
  public static final CacheDirectives BYPASS =
      new CacheDirectives(false, false, true, Optional.empty());
}
