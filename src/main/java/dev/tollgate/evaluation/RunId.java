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

/** A ULID, so that runs sort by their start. */
public record RunId(String value) {
  private static final int ENTROPY_BYTES = 10;

  public RunId {
    if (!Ulid.isValid(value) || !value.equals(Ulid.from(value).toString())) {
      throw new IllegalArgumentException("A run id must be a ULID: " + value);
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

  /** The id of a prompt's nightly run. It is the same for each start on the same date. */
  public static RunId ofNightlyRun(PromptName prompt, LocalDate date) {
    return derive(date.atStartOfDay(ZoneOffset.UTC).toInstant(), prompt + " " + date);
  }

  /** The id of the run that tests the last good version for comparison. */
  public RunId comparisonId() {
    return derive(Ulid.getInstant(value), value + " comparison");
  }

  private static RunId derive(Instant time, String source) {
    byte[] entropy = Arrays.copyOf(HexFormat.of().parseHex(Sha256.of(source)), ENTROPY_BYTES);
    return new RunId(new Ulid(time.toEpochMilli(), entropy).toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
