package dev.tollgate.cli.keys;

import dev.tollgate.cli.client.CommandException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses {@code 90d}, {@code 24h}, {@code 30m}, and timestamps of RFC 3339. */
final class TimeParser {
  private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,5})([smhdw])");

  private TimeParser() {}

  static Duration parseDuration(String option, String text) {
    return findDuration(text)
        .orElseThrow(
            () ->
                new CommandException(
                    "Invalid %s '%s'. Use a duration such as 90d, 24h or 30m."
                        .formatted(option, text)));
  }

  /** A timestamp, or {@code now} plus a duration. */
  static Instant parseInstant(String option, String text, Instant now) {
    return findDuration(text)
        .map(now::plus)
        .orElseGet(
            () -> {
              try {
                return OffsetDateTime.parse(text).toInstant();
              } catch (DateTimeException e) {
                throw new CommandException(
                    "Invalid %s '%s'. Use a duration (90d) or a timestamp (2027-01-31T00:00:00Z)."
                        .formatted(option, text),
                    e);
              }
            });
  }

  private static Optional<Duration> findDuration(String text) {
    Matcher duration = DURATION.matcher(text);
    if (!duration.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(duration.group(1));
    return Optional.of(
        switch (duration.group(2)) {
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          case "d" -> Duration.ofDays(amount);
          default -> Duration.ofDays(7 * amount);
        });
  }
}
