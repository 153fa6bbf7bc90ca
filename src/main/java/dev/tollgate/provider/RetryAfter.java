package dev.tollgate.provider;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Parses the delay that a provider requests before the next call. {@code retry-after} holds seconds
 * or a date (RFC 9110, 10.2.3). Some providers send fractions of seconds. {@code retry-after-ms} is
 * more exact, and the providers' own clients read it first.
 */
final class RetryAfter {
  private static final Pattern NUMBER =
      Pattern.compile("[0-9]{1,9}(?:\\.[0-9]{0,9})?|\\.[0-9]{1,9}");

  private static final int MILLIS_DIGITS = 3;
  private static final int NANOS_DIGITS = 9;

  /** The current format and the two obsolete ones, which RFC 9110 (5.6.7) requires. */
  private static final List<DateTimeFormatter> DATES =
      Stream.of(
              DateTimeFormatter.RFC_1123_DATE_TIME,
              DateTimeFormatter.ofPattern("EEEE, dd-MMM-yy HH:mm:ss 'GMT'", Locale.US),
              DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.US))
          .map(form -> form.withZone(ZoneOffset.UTC))
          .toList();

  private RetryAfter() {}

  /**
   * Parses the headers.
   *
   * @param header finds a header by its name
   * @return the delay; empty if the headers are missing or invalid
   */
  static Optional<Duration> parse(Function<String, Optional<String>> header, Instant now) {
    return header
        .apply("retry-after-ms")
        .flatMap(RetryAfter::parseNumber)
        .map(number -> toDuration(number, MILLIS_DIGITS))
        .or(() -> header.apply("retry-after").flatMap(value -> parseDelay(value, now)));
  }

  private static Optional<Duration> parseDelay(String value, Instant now) {
    return parseNumber(value)
        .map(number -> toDuration(number, 0))
        .or(() -> parseDate(value).map(date -> Duration.between(now, date)))
        .map(wait -> wait.isNegative() ? Duration.ZERO : wait);
  }

  private static Optional<BigDecimal> parseNumber(String value) {
    return Optional.of(value.strip())
        .filter(it -> NUMBER.matcher(it).matches())
        .map(BigDecimal::new);
  }

  /** Rounds up to whole nanoseconds. The number counts units of 10 to the minus {@code digits}. */
  private static Duration toDuration(BigDecimal number, int digits) {
    return Duration.ofNanos(
        number
            .scaleByPowerOfTen(NANOS_DIGITS - digits)
            .setScale(0, RoundingMode.CEILING)
            .longValueExact());
  }

  private static Optional<Instant> parseDate(String value) {
    return DATES.stream().flatMap(form -> parseDate(value, form).stream()).findFirst();
  }

  private static Optional<Instant> parseDate(String value, DateTimeFormatter form) {
    try {
      return Optional.of(form.parse(value, Instant::from));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
