package dev.tollgate.prompt.content;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings with which an author allows cached responses to similar questions.
 *
 * @param threshold the minimum cosine of the vectors of two similar questions, 0.5 to 1
 * @param ttl how long a response is reused; empty leaves it to the installation
 * @param variable the variable that holds the user's question; empty means the last user message
 */
public record SemanticCaching(
    BigDecimal threshold, Optional<Duration> ttl, Optional<String> variable) {
  public static final BigDecimal DEFAULT_THRESHOLD = new BigDecimal("0.95");

  /** Below this cosine, any two questions on one subject match. */
  private static final BigDecimal MIN_THRESHOLD = new BigDecimal("0.5");

  private static final int MAX_DECIMALS = 4;
  private static final Duration MAX_TTL = Duration.ofDays(30);
  private static final Pattern TTL_PATTERN = Pattern.compile("([1-9][0-9]{0,6})([smhd])");

  public SemanticCaching {
    if (!isValidThreshold(threshold)) {
      throw new IllegalArgumentException("the threshold must be between 0.5 and 1: " + threshold);
    }
    if (ttl.isPresent() && !isValidTtl(ttl.get())) {
      throw new IllegalArgumentException("the ttl must be from 1 s to 30 days: " + ttl.get());
    }
  }

  /** Whether a number is between 0.5 and 1 and has at most four decimals. */
  public static boolean isValidThreshold(BigDecimal value) {
    return value.compareTo(MIN_THRESHOLD) >= 0
        && value.compareTo(BigDecimal.ONE) <= 0
        && value.scale() <= MAX_DECIMALS;
  }

  /**
   * Parses a duration such as {@code 90s}, {@code 30m}, {@code 1h} or {@code 7d}; empty if it is
   * not valid.
   */
  public static Optional<Duration> ttl(String text) {
    Matcher parts = TTL_PATTERN.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(parts.group(1));
    Duration ttl =
        switch (parts.group(2)) {
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        };
    return Optional.of(ttl).filter(SemanticCaching::isValidTtl);
  }

  private static boolean isValidTtl(Duration value) {
    return value.compareTo(Duration.ofSeconds(1)) >= 0
        && value.compareTo(MAX_TTL) <= 0
        && value.getNano() == 0;
  }

  /** Formats a duration in its largest unit, so that equal durations have equal texts. */
  public static String formatTtl(Duration ttl) {
    long seconds = ttl.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
