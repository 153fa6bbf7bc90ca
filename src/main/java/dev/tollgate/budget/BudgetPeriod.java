package dev.tollgate.budget;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The period after which a budget resets, in UTC. */
public enum BudgetPeriod {
  DAILY {
    @Override
    LocalDate firstDay(LocalDate day) {
      return day;
    }

    @Override
    LocalDate next(LocalDate firstDay) {
      return firstDay.plusDays(1);
    }

    @Override
    String key(LocalDate firstDay) {
      return firstDay.toString();
    }
  },
  MONTHLY {
    @Override
    LocalDate firstDay(LocalDate day) {
      return day.withDayOfMonth(1);
    }

    @Override
    LocalDate next(LocalDate firstDay) {
      return firstDay.plusMonths(1);
    }

    @Override
    String key(LocalDate firstDay) {
      return YearMonth.from(firstDay).toString();
    }
  };

  abstract LocalDate firstDay(LocalDate day);

  abstract LocalDate next(LocalDate firstDay);

  abstract String key(LocalDate firstDay);

  /** The name of the period of a time, such as {@code 2026-11-24} or {@code 2026-11}. */
  public String key(Instant time) {
    return key(firstDay(day(time)));
  }

  /** The start of the period of a time. */
  public Instant start(Instant time) {
    return start(firstDay(day(time)));
  }

  /** The start of the next period. */
  public Instant end(Instant time) {
    return start(next(firstDay(day(time))));
  }

  private static LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /** The name in responses and in stores. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<BudgetPeriod> of(String id) {
    return Arrays.stream(values()).filter(period -> period.id().equals(id)).findFirst();
  }
}
