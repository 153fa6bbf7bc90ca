package dev.tollgate.local.schedule;

import static java.util.Objects.requireNonNull;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When a schedule is due. */
sealed interface ScheduleExpression {
  /**
   * Returns the first time that lies after {@code time}.
   *
   * @param begin when the schedule was made
   */
  Optional<Instant> next(Instant begin, Instant time);

  /** Parses {@code cron(...)}, {@code rate(...)} or {@code at(...)}. */
  static ScheduleExpression parse(String expression, ZoneId zone) {
    int open = expression.indexOf('(');
    if (open > 0 && expression.endsWith(")")) {
      String argument = expression.substring(open + 1, expression.length() - 1).strip();
      try {
        switch (expression.substring(0, open)) {
          case "cron" -> {
            return CronSchedule.parse(argument, zone);
          }
          case "rate" -> {
            return RateSchedule.parse(argument);
          }
          case "at" -> {
            return new OneTimeSchedule(LocalDateTime.parse(argument).atZone(zone).toInstant());
          }
          default -> {}
        }
      } catch (IllegalArgumentException | DateTimeException e) {
        throw new IllegalArgumentException(
            "Schedule " + expression + " is not valid: " + e.getMessage(), e);
      }
    }
    throw new IllegalArgumentException(
        "A schedule is cron(...), rate(...) or at(...), not " + expression);
  }

  /** At the times that six fields of AWS's cron describe. */
  record CronSchedule(Cron cron, ZoneId zone) implements ScheduleExpression {
    // Quartz has the same fields and signs, after one for seconds.
    private static final CronParser PARSER =
        new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.QUARTZ));

    private static CronSchedule parse(String fields, ZoneId zone) {
      if (fields.split("\\s+").length != 6) {
        throw new IllegalArgumentException(
            "it needs minutes, hours, day of month, month, day of week and year");
      }
      return new CronSchedule(PARSER.parse("0 " + fields).validate(), zone);
    }

    @Override
    public Optional<Instant> next(Instant begin, Instant time) {
      return ExecutionTime.forCron(cron)
          .nextExecution(time.atZone(zone))
          .map(ZonedDateTime::toInstant);
    }
  }

  /** Again and again after the same time. */
  record RateSchedule(Duration interval) implements ScheduleExpression {
    private static final Pattern SYNTAX = Pattern.compile("([1-9]\\d*)\\s+(minute|hour|day)s?");

    private static RateSchedule parse(String rate) {
      Matcher matcher = SYNTAX.matcher(rate);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("it needs a number and minutes, hours or days");
      }
      long count = Long.parseLong(matcher.group(1));
      return new RateSchedule(
          switch (matcher.group(2)) {
            case "minute" -> Duration.ofMinutes(count);
            case "hour" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          });
    }

    @Override
    public Optional<Instant> next(Instant begin, Instant time) {
      long passed = Duration.between(begin, time).dividedBy(interval);
      return Optional.of(begin.plus(interval.multipliedBy(passed + 1)));
    }
  }

  /** One time only. */
  record OneTimeSchedule(Instant due) implements ScheduleExpression {
    public OneTimeSchedule {
      requireNonNull(due, "due");
    }

    @Override
    public Optional<Instant> next(Instant begin, Instant time) {
      return Optional.of(due).filter(time::isBefore);
    }
  }
}
