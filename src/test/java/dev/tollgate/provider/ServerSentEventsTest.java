package dev.tollgate.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerSentEventsTest {
  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void acceptsAllLineEnds(String end) {
    assertEquals(
        List.of("1", "2\n3"),
        ServerSentEvents.parseData(
            String.join(end, "event: a", "data: 1", "", "data: 2", "data:3", "", "")));
  }

  @Test
  void eventNeedsABlankLine() {
    assertEquals(List.of("1"), ServerSentEvents.parseData("data: 1\n\ndata: 2\n"));
    assertEquals(List.of(), ServerSentEvents.parseData("data: 1"));
    assertEquals(List.of(), ServerSentEvents.parseData(""));
  }

  @Test
  void ignoresFieldsOtherThanData() {
    assertEquals(
        List.of("1"),
        ServerSentEvents.parseData(
            "\uFEFF: hello\n\nid: 7\nretry: 5\nevent: x\n\nevent\ndata: 1\n\n"));
  }

  @Test
  void readsWhatItWrites() {
    assertEquals(List.of("{}"), ServerSentEvents.parseData(ServerSentEvents.format("ping", "{}")));
  }
}
