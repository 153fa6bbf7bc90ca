package dev.tollgate.local.template;

import static java.util.Objects.requireNonNull;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * A schedule that starts a function.
 *
 * @param expression {@code cron(...)}, {@code rate(...)} or {@code at(...)}
 * @param input the payload, else EventBridge's own event
 */
public record Schedule(String name, String expression, ZoneId zone, Optional<String> input) {
  public Schedule {
    requireNonNull(name, "name");
    requireNonNull(expression, "expression");
    requireNonNull(zone, "zone");
    requireNonNull(input, "input");
  }

  static Schedule read(String name, Property event) {
    return new Schedule(
        event.find("Name").map(Property::text).orElse(name),
        event.find("ScheduleExpression").orElseGet(() -> event.get("Schedule")).text(),
        event.find("ScheduleExpressionTimezone").map(Schedule::zone).orElse(ZoneOffset.UTC),
        event.find("Input").map(Property::text));
  }

  private static ZoneId zone(Property given) {
    try {
      return ZoneId.of(given.text());
    } catch (DateTimeException e) {
      throw new TemplateException(given.place(), given.text() + " is not a time zone");
    }
  }
}
