package dev.tollgate.cli.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.cli.client.CommandException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimeParserTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource({"45s,PT45S", "30m,PT30M", "24h,PT24H", "90d,PT2160H", "2w,PT336H"})
  void parsesADuration(String text, Duration expected) {
    assertEquals(expected, TimeParser.parseDuration("--overlap", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "d", "0d", "-1d", "90", "1y", "90 d", "1.5h", "9999999d"})
  void rejectsAnInvalidDurationAndNamesTheOption(String text) {
    CommandException error =
        assertThrows(CommandException.class, () -> TimeParser.parseDuration("--overlap", text));
    assertTrue(String.valueOf(error.getMessage()).contains("--overlap"));
    assertThrows(CommandException.class, () -> TimeParser.parseInstant("--expires", text, NOW));
  }

  @Test
  void parsesADurationFromNowAndATimestamp() {
    assertEquals(
        Instant.parse("2026-04-01T00:00:00Z"), TimeParser.parseInstant("--expires", "90d", NOW));
    assertEquals(
        Instant.parse("2027-01-30T23:00:00Z"),
        TimeParser.parseInstant("--expires", "2027-01-31T00:00:00+01:00", NOW));
  }
}
