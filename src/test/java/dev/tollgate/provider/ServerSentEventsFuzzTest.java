package dev.tollgate.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

final class ServerSentEventsFuzzTest {
  @FuzzTest
  void readsAnyStreamByTheStandard(byte[] stream) {
    String text = text(stream);

    assertEquals(standard(text), ServerSentEvents.parseData(text));
  }

  @FuzzTest
  void truncatedStreamIsAPrefix(byte[] stream) {
    List<String> whole = ServerSentEvents.parseData(text(stream));
    for (int cut = 0; cut < stream.length; cut++) {
      List<String> came = ServerSentEvents.parseData(text(Arrays.copyOf(stream, cut)));

      assertEquals(whole.subList(0, came.size()), came);
    }
  }

  @FuzzTest
  void readsBackAnyLine(byte[] lines) {
    List<String> written = text(lines).lines().toList();
    StringBuilder stream = new StringBuilder();
    written.forEach(line -> stream.append(ServerSentEvents.format("message", line)));

    assertEquals(written, ServerSentEvents.parseData(stream.toString()));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The algorithm of https://html.spec.whatwg.org/multipage/server-sent-events.html, in order. */
  private static List<String> standard(String stream) {
    List<String> events = new ArrayList<>();
    StringBuilder data = new StringBuilder();
    StringBuilder line = new StringBuilder();
    for (int i = stream.startsWith("\uFEFF") ? 1 : 0; i < stream.length(); i++) {
      char next = stream.charAt(i);
      if (next != '\r' && next != '\n') {
        line.append(next);
        continue;
      }
      if (next == '\r' && i + 1 < stream.length() && stream.charAt(i + 1) == '\n') {
        i++;
      }
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          events.add(data.substring(0, data.length() - 1));
        }
        data.setLength(0);
      } else {
        int colon = line.indexOf(":");
        String field = colon < 0 ? line.toString() : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        if (field.equals("data")) {
          data.append(value.startsWith(" ") ? value.substring(1) : value).append('\n');
        }
      }
      line.setLength(0);
    }
    return events;
  }
}
