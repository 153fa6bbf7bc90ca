package dev.tollgate.local.lambda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What a process holds in memory, as {@code ps} says it on Linux and macOS. */
public final class ResidentMemory {
  private ResidentMemory() {}

  /** Bytes, or 0 if there is no such process. */
  public static long of(long pid) throws IOException {
    Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
    String kilobytes =
        new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return kilobytes.isEmpty() ? 0 : Long.parseLong(kilobytes) * 1024;
  }
}
