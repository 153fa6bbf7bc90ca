package dev.tollgate.provider.anthropic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ServerSentEvents;
import dev.tollgate.provider.StreamParseResult;
import dev.tollgate.provider.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MessagesStreamWriterTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** As the API sends it, with a ping, an unknown event, and nulls in the last usage. */
  private static final String RECORDED =
      """
      event: message_start
      data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant",\
      "model":"claude-haiku-4-5-20251001","content":[],"stop_reason":null,"stop_sequence":null,\
      "usage":{"input_tokens":25,"cache_creation_input_tokens":4,"cache_read_input_tokens":3,\
      "cache_creation":{"ephemeral_5m_input_tokens":1,"ephemeral_1h_input_tokens":3},\
      "output_tokens":1,"service_tier":"standard"}}}

      event: content_block_start
      data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking",\
      "thinking":"","signature":""}}

      event: ping
      data: {"type": "ping"}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta",\
      "thinking":"Let me "}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta",\
      "thinking":"see."}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta",\
      "signature":"c2ln"}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":0}

      event: content_block_start
      data: {"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking",\
      "data":"ZGF0YQ=="}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":1}

      event: content_block_start
      data: {"type":"content_block_start","index":2,"content_block":{"type":"text","text":"",\
      "citations":[]}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"Größe: "}}

      event: tomorrow
      data: {"type":"tomorrow","index":2}

      event: content_block_delta
      data: {"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"512 \\n"}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":2,"delta":{"type":"citations_delta",\
      "citation":{"type":"char_location","cited_text":"512"}}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":2}

      event: content_block_start
      data: {"type":"content_block_start","index":3,"content_block":{"type":"tool_use",\
      "id":"toolu_1","name":"look","input":{}}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta",\
      "partial_json":""}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta",\
      "partial_json":"{\\"sector\\": 5"}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta",\
      "partial_json":"12}"}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":3}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},\
      "usage":{"input_tokens":null,"cache_read_input_tokens":null,"output_tokens":89,\
      "output_tokens_details":{"thinking_tokens":7}},"context_management":{"applied_edits":[]}}

      event: message_stop
      data: {"type":"message_stop"}

      """;

  private static final String MESSAGE =
      """
      {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5-20251001",
       "content": [
         {"type": "thinking", "thinking": "Let me see.", "signature": "c2ln"},
         {"type": "redacted_thinking", "data": "ZGF0YQ=="},
         {"type": "text", "text": "Größe: 512 \\n",
          "citations": [{"type": "char_location", "cited_text": "512"}]},
         {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {"sector": 512}}],
       "stop_reason": "tool_use", "stop_sequence": null,
       "context_management": {"applied_edits": []},
       "usage": {"input_tokens": 25, "cache_creation_input_tokens": 4, "cache_read_input_tokens": 3,
         "cache_creation": {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 3},
         "output_tokens": 89, "output_tokens_details": {"thinking_tokens": 7},
         "service_tier": "standard"}}
      """;

  @Test
  void streamEqualsThePlainMessage() throws JsonProcessingException {
    assertEquals(json(MESSAGE), complete(RECORDED));
    assertEquals(json(MESSAGE), complete(RECORDED.replace("\n", "\r\n")));
    assertEquals(json(MESSAGE), complete(RECORDED.replace(",", ",\ndata: ")));
  }

  @Test
  void truncatedStreamIsNeverComplete() throws JsonProcessingException {
    Optional<Usage> least = Optional.empty();
    for (int end = 0; end < RECORDED.length(); end++) {
      StreamParseResult.Truncated cut =
          assertInstanceOf(StreamParseResult.Truncated.class, read(RECORDED.substring(0, end)));
      Optional<Usage> usage = cut.partial().map(MessagesJson::parseResponse).map(it -> it.usage());
      assertTrue(least.isEmpty() || usage.isPresent());
      least = usage;
    }
    assertEquals(Optional.of(new Usage(25, 3, 1, 3, 89, 7)), least);
  }

  @Test
  void usageIsKnownFromMessageStart() {
    StreamParseResult.Truncated cut =
        assertInstanceOf(StreamParseResult.Truncated.class, read(events(RECORDED, 1)));
    assertEquals(
        new Usage(25, 3, 1, 3, 1, 0),
        MessagesJson.parseResponse(cut.partial().orElseThrow()).usage());
  }

  @Test
  void errorEventEndsTheStream() {
    StreamParseResult.Failed failed =
        assertInstanceOf(
            StreamParseResult.Failed.class,
            read(
                events(RECORDED, 5)
                    + """
                    event: error
                    data: {"type":"error","error":{"type":"overloaded_error","message":"Busy"}}

                    """
                    + RECORDED));
    assertEquals("overloaded_error", failed.type());
    assertEquals("Busy", failed.message());
    assertTrue(failed.partial().isPresent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":",
        "{\"type\":\"content_block_delta\",\"index\":9,\"delta\":{\"type\":\"text_delta\"}}",
        "{\"type\":\"content_block_delta\",\"index\":0}",
        "{\"type\":\"message_start\",\"message\":7}",
        "{\"type\":\"message_delta\"}"
      })
  void malformedEventEndsTheStream(String event) {
    assertInstanceOf(
        StreamParseResult.Truncated.class,
        read(events(RECORDED, 2) + "data: " + event + "\n\n" + RECORDED));
  }

  @Test
  void rejectsAStreamWithoutAMessage() {
    assertInstanceOf(
        StreamParseResult.Truncated.class, read("data: {\"type\":\"message_stop\"}\n\n"));
  }

  @Test
  void readsBackWhatItWrites() throws JsonProcessingException {
    assertEquals(json(MESSAGE), complete(MessagesStreamWriter.write(json(MESSAGE))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[{\"type\": \"text\", \"text\": \"\"}]",
        "[{\"type\": \"text\", \"text\": \"t\", \"citations\": null}]",
        "[{\"type\": \"tool_use\", \"id\": \"t\", \"name\": \"n\", \"input\": {}}]",
        "[{\"type\": \"tool_use\", \"id\": \"t\", \"name\": \"n\", \"input\": \"{\\\"cut\"}]",
        "[{\"type\": \"server_tool_use\", \"id\": \"t\", \"name\": \"n\", \"input\": {\"q\":"
            + " 1.0}}]",
        "[{\"type\": \"web_search_tool_result\", \"content\": [{\"text\": \"found\"}]}]",
        "[{\"type\": \"tomorrow\", \"text\": \"t\", \"input\": {\"a\": 1}}]"
      })
  void readsBackEveryContent(String content) throws JsonProcessingException {
    ObjectNode message = json(MESSAGE);
    message.set("content", JSON.readTree(content));
    message.put("stop_reason", "stop_sequence").put("stop_sequence", "###");
    message.putObject("container").put("id", "c");

    assertEquals(message, complete(MessagesStreamWriter.write(message)));
  }

  /** It is paid for, and must not end in a fault of ours. */
  @Test
  void skipsInvalidBlocks() throws JsonProcessingException {
    ObjectNode message = json(MESSAGE);
    message.set("content", JSON.readTree("[{\"type\": \"text\", \"text\": \"t\"}, \"odd\", null]"));
    ObjectNode whole = message.deepCopy();
    whole.set("content", JSON.readTree("[{\"type\": \"text\", \"text\": \"t\"}]"));

    assertEquals(whole, complete(MessagesStreamWriter.write(message)));
  }

  @Test
  void writesEventsInOrder() throws JsonProcessingException {
    List<String> types = new ArrayList<>();
    List<JsonNode> events = new ArrayList<>();
    for (String data : ServerSentEvents.parseData(MessagesStreamWriter.write(json(MESSAGE)))) {
      JsonNode event = JSON.readTree(data);
      String delta = event.path("delta").path("type").asText();
      types.add(event.path("type").asText() + (delta.isEmpty() ? "" : " " + delta));
      events.add(event);
    }

    assertEquals(
        List.of(
            "message_start",
            "content_block_start",
            "content_block_delta thinking_delta",
            "content_block_delta signature_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_stop",
            "content_block_start",
            "content_block_delta text_delta",
            "content_block_delta citations_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta input_json_delta",
            "content_block_stop",
            "message_delta",
            "message_stop"),
        types);
    JsonNode start = events.getFirst().path("message");
    assertTrue(start.path("stop_reason").isNull());
    assertTrue(start.path("content").isEmpty());
    assertEquals(25, start.path("usage").path("input_tokens").intValue());
    assertEquals(0, start.path("usage").path("output_tokens").intValue());
    JsonNode end = events.get(events.size() - 2);
    assertEquals("tool_use", end.path("delta").path("stop_reason").textValue());
    assertEquals(json(MESSAGE).path("usage"), end.path("usage"));
  }

  /** The first events of a stream. */
  private static String events(String stream, int count) {
    int end = 0;
    for (int i = 0; i < count; i++) {
      end = stream.indexOf("\n\n", end) + 2;
    }
    return stream.substring(0, end);
  }

  private static ObjectNode complete(String stream) {
    return assertInstanceOf(StreamParseResult.Complete.class, read(stream)).answer();
  }

  private static StreamParseResult read(String stream) {
    return MessageAccumulator.parse(stream, JSON);
  }

  private static ObjectNode json(String text) throws JsonProcessingException {
    return (ObjectNode) JSON.readTree(text);
  }
}
