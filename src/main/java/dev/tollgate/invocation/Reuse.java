package dev.tollgate.invocation;

import java.time.Duration;
import java.util.Optional;

/**
 * What a caller says of answers from the cache.
 *
 * @param consent that the answer may be reused although the temperature is not 0
 * @param refresh that a kept answer is not wanted, but the new one may be kept
 * @param none that nothing is to be looked up or kept
 * @param lifetime for how long the answer may be kept; absent leaves it to the installation
 */
public record Reuse(boolean consent, boolean refresh, boolean none, Optional<Duration> lifetime) {
  /** Nothing was said. */
  public static final Reuse UNSAID = new Reuse(false, false, false, Optional.empty());

  /** Neither looks up nor keeps. */
  public static final Reuse NONE = new Reuse(false, false, true, Optional.empty());
}
