package dev.tollgate.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private static Optional<Duration> read(Map<String, String> headers) {
    return RetryAfter.parse(name -> Optional.ofNullable(headers.get(name)), NOW);
  }

  @ParameterizedTest
  @CsvSource({
    "7, 7000",
    "0, 0",
    "2.5, 2500",
    "0.25, 250",
    ".5, 500",
    "'3. ', 3000",
    "'Sun, 22 Nov 2026 10:00:09 GMT', 9000",
    "'Sunday, 22-Nov-26 10:00:09 GMT', 9000",
    "'Sun Nov 22 10:00:09 2026', 9000",
    "'Tue Dec  1 10:00:00 2026', 777600000",
    "'Sun, 22 Nov 2026 09:59:00 GMT', 0"
  })
  void readsSecondsAndDates(String value, long millis) {
    assertEquals(Optional.of(Duration.ofMillis(millis)), read(Map.of("retry-after", value)));
  }

  @Test
  void millisecondsTakePrecedence() {
    assertEquals(
        Optional.of(Duration.ofMillis(1500)),
        read(Map.of("retry-after-ms", "1500", "retry-after", "2")));
    assertEquals(
        Optional.of(Duration.ofSeconds(2)),
        read(Map.of("retry-after-ms", "soon", "retry-after", "2")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "1.5.2",
        "1,5",
        ".",
        "soon",
        "12345678901",
        "Mon, 22 Nov 2026 10:00:09 GMT"
      })
  void ignoresInvalidRetryAfter(String value) {
    assertEquals(Optional.empty(), read(Map.of("retry-after", value)));
  }
}
