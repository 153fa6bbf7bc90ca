package dev.tollgate.local.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** A clock that is as far off as a file says, at once in every process that has mapped it. */
public final class MovableClock extends Clock {
  private final Clock base;
  private final ByteBuffer offsetMillis;

  private MovableClock(Clock base, ByteBuffer offsetMillis) {
    this.base = base;
    this.offsetMillis = offsetMillis;
  }

  /**
   * A clock that is right until it is moved.
   *
   * @param file what {@link #setOffset} writes
   */
  public static Clock of(Clock right, String file) {
    try {
      return new MovableClock(right, map(Path.of(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Moves all clocks of a file, which is made if it is not there. */
  static void setOffset(Path file, Duration off) throws IOException {
    map(file).putLong(0, off.toMillis());
  }

  private static ByteBuffer map(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
    }
  }

  @Override
  public Instant instant() {
    return base.instant().plusMillis(offsetMillis.getLong(0));
  }

  @Override
  public ZoneId getZone() {
    return base.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new MovableClock(base.withZone(zone), offsetMillis);
  }
}
