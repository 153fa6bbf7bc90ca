package dev.tollgate.local.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tells a living process from a later one that was given the same number: its start time, and on
 * Linux, where that time counts from boot, the boot. {@link Watchdog} computes the same value in
 * shell, which is why {@link ProcessHandle.Info#startInstant()} would not do.
 *
 * @param value has no white space
 */
record ProcessIdentity(String value) {
  private static final Path PROC = Path.of("/proc");
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** The state that {@code /proc/PID/stat} begins with, once the name is cut off. */
  private static final int STATE = 0;

  private static final int START_TIME = 19;

  /** Returns empty for a process that is gone or only waits for its parent to notice its end. */
  static Optional<ProcessIdentity> of(long pid) {
    try {
      return Files.exists(PROC.resolve("self/stat")) ? fromProc(pid) : fromPs(pid);
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static Optional<ProcessIdentity> fromProc(long pid) throws IOException {
    String stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
    // The name stands in brackets and may itself hold spaces and brackets.
    String[] fields = stat.substring(stat.lastIndexOf(") ") + 2).split(" ", -1);
    if (fields.length <= START_TIME || isGone(fields[STATE])) {
      return Optional.empty();
    }
    String boot = Files.exists(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "";
    return Optional.of(new ProcessIdentity(fields[START_TIME] + "@" + boot));
  }

  /** macOS has no /proc. */
  private static Optional<ProcessIdentity> fromPs(long pid) throws IOException {
    var builder =
        new ProcessBuilder("ps", "-o", "state=", "-o", "lstart=", "-p", Long.toString(pid))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("TZ", "UTC0");
    Process ps = builder.start();
    String line = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int end = line.indexOf(' ');
    return end < 0 || isGone(line.substring(0, end))
        ? Optional.empty()
        : Optional.of(new ProcessIdentity(line.substring(end).strip().replaceAll("\\s+", "_")));
  }

  private static boolean isGone(String state) {
    return state.startsWith("Z") || state.startsWith("X");
  }
}
