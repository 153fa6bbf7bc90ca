package dev.tollgate.local.engine;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The last lines that one start of an engine wrote; earlier starts may share the log. */
record LogTail(List<String> lines) {
  private static final int MAX_LINES = 40;
  private static final int MAX_BYTES = 64 * 1024;

  LogTail {
    lines = List.copyOf(lines);
  }

  static long end(Path log) throws IOException {
    return Files.exists(log) ? Files.size(log) : 0;
  }

  static LogTail since(long offset, Path log) {
    try (var channel = Files.newByteChannel(log)) {
      channel.position(Math.max(offset, channel.size() - MAX_BYTES));
      byte[] bytes = Channels.newInputStream(channel).readAllBytes();
      String[] all = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
      return new LogTail(
          Arrays.asList(all).subList(Math.max(0, all.length - MAX_LINES), all.length));
    } catch (IOException e) {
      return new LogTail(List.of("(unreadable: " + e + ")"));
    }
  }

  boolean contains(String text) {
    return lines.stream().anyMatch(line -> line.contains(text));
  }

  String indented() {
    return String.join("\n", lines).strip().indent(2).stripTrailing();
  }
}
