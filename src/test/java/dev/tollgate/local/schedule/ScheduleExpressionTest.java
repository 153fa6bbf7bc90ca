package dev.tollgate.local.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ScheduleExpressionTest {
  private static final ZoneId UTC = ZoneId.of("UTC");

  @Test
  void cronHasSixFields() {
    assertEquals("2026-03-02T03:00:00Z", next("cron(0 3 * * ? *)", "UTC", "2026-03-01T03:00:00Z"));
    assertEquals("2026-03-01T03:00:00Z", next("cron(0 3 * * ? *)", "UTC", "2026-03-01T02:59:59Z"));
    assertEquals(
        "2026-03-02T10:15:00Z", next("cron(15 10 ? * MON-FRI *)", "UTC", "2026-02-27T10:15:00Z"));
    assertEquals("2026-02-28T08:00:00Z", next("cron(0 8 L * ? *)", "UTC", "2026-02-01T00:00:00Z"));
    assertEquals(
        "2026-03-01T00:10:00Z", next("cron(0/10 * * * ? *)", "UTC", "2026-03-01T00:00:00Z"));
  }

  @Test
  void sundayIsTheFirstDayOfTheWeek() {
    assertEquals("2026-03-01T00:00:00Z", next("cron(0 0 ? * 1 *)", "UTC", "2026-02-27T00:00:00Z"));
  }

  @Test
  void cronFollowsTheTimeZone() {
    String zone = "Europe/Berlin";
    assertEquals("2026-03-28T02:30:00Z", next("cron(30 3 * * ? *)", zone, "2026-03-28T00:00:00Z"));
    assertEquals("2026-03-29T01:30:00Z", next("cron(30 3 * * ? *)", zone, "2026-03-28T12:00:00Z"));
  }

  @Test
  void rateCountsFromTheBeginning() {
    ScheduleExpression rate = ScheduleExpression.parse("rate(5 minutes)", UTC);
    Instant begin = Instant.parse("2026-03-01T00:01:00Z");

    assertEquals(Optional.of(Instant.parse("2026-03-01T00:06:00Z")), rate.next(begin, begin));
    assertEquals(
        Optional.of(Instant.parse("2026-03-01T01:01:00Z")),
        rate.next(begin, Instant.parse("2026-03-01T00:58:00Z")));
  }

  @Test
  void atIsDueOnce() {
    assertEquals(
        "2026-03-01T11:00:00Z",
        next("at(2026-03-01T12:00:00)", "Europe/Berlin", "2026-03-01T10:00:00Z"));
    Instant due = Instant.parse("2026-03-01T12:00:00Z");
    assertEquals(
        Optional.empty(), ScheduleExpression.parse("at(2026-03-01T12:00:00)", UTC).next(due, due));
  }

  @Test
  void rejectsInvalidExpressions() {
    for (String nonsense :
        List.of(
            "0 3 * * ? *",
            "cron(0 3 * * *)",
            "cron(0 3 * * * *)",
            "cron(0 25 * * ? *)",
            "rate(0 minutes)",
            "rate(soon)",
            "at(tomorrow)",
            "never(1)")) {
      assertThrows(
          IllegalArgumentException.class, () -> ScheduleExpression.parse(nonsense, UTC), nonsense);
    }
  }

  private static String next(String expression, String zone, String time) {
    Instant after = Instant.parse(time);
    return ScheduleExpression.parse(expression, ZoneId.of(zone))
        .next(after, after)
        .orElseThrow()
        .toString();
  }
}
