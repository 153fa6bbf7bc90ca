package dev.tollgate.evaluation;

import com.github.f4b6a3.ulid.Ulid;
import com.github.f4b6a3.ulid.UlidCreator;
import dev.tollgate.audit.Sha256;
import dev.tollgate.prompt.PromptName;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** A ULID, so that runs sort by the time they were wanted. */
public record RunId(String value) {
  private static final int ENTROPY_BYTES = 10;

  public RunId {
    if (!Ulid.isValid(value) || !value.equals(Ulid.from(value).toString())) {
      throw new IllegalArgumentException("a run's id must be a ULID: " + value);
    }
  }

  public static Optional<RunId> parse(String text) {
    return Ulid.isValid(text)
        ? Optional.of(new RunId(Ulid.from(text).toString()))
        : Optional.empty();
  }

  public static RunId generate(Clock clock) {
    return new RunId(UlidCreator.getUlid(clock.millis()).toString());
  }

  /** The run of a prompt's night, the same however often the night is begun. */
  public static RunId ofNightlyRun(PromptName prompt, LocalDate date) {
    return derive(date.atStartOfDay(ZoneOffset.UTC).toInstant(), prompt + " " + date);
  }

  /** The run of the last good version that this one is compared with. */
  public RunId comparisonId() {
    return derive(Ulid.getInstant(value), value + " comparison");
  }

  private static RunId derive(Instant time, String of) {
    byte[] entropy = Arrays.copyOf(HexFormat.of().parseHex(Sha256.of(of)), ENTROPY_BYTES);
    return new RunId(new Ulid(time.toEpochMilli(), entropy).toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
