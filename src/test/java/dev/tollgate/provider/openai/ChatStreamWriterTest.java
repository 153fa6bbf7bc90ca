package dev.tollgate.provider.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ServerSentEvents;
import dev.tollgate.provider.StreamParseResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChatStreamWriterTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** As the API sends it: two choices whose pieces take turns, padded, the usage last. */
  private static final String RECORDED =
      chunk(
              """
              {"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":\
              {"content":[],"refusal":null},"finish_reason":null}\
              """)
          + ": a comment\n\n"
          + chunk(
              """
              {"index":1,"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,\
              "id":"call_1","type":"function","function":{"name":"look","arguments":""}}]},\
              "logprobs":null,"finish_reason":null}\
              """)
          + chunk(
              """
              {"index":0,"delta":{"content":"Größe: "},"logprobs":{"content":[{"token":"Größe: ",\
              "logprob":-0.5,"bytes":[71],"top_logprobs":[]}],"refusal":null},\
              "finish_reason":null}\
              """)
          + chunk(
              """
              {"index":1,"delta":{"tool_calls":[{"index":1,"id":"call_2","type":"custom",\
              "custom":{"name":"run","input":"a"}},{"index":0,"function":{"arguments":"{\\"sec"}}]},\
              "logprobs":null,"finish_reason":null}\
              """)
          + chunk(
              """
              {"index":1,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function",\
              "function":{"name":"look","arguments":"tor\\": 512}"}},{"index":1,\
              "custom":{"input":"bc"}}]},"logprobs":null,"finish_reason":null}\
              """)
          + chunk(
              """
              {"index":0,"delta":{"role":"assistant","content":"512 \\n","tomorrow":"to"},\
              "logprobs":{"content":[{"token":"512 \\n","logprob":-0.25,"bytes":[53],\
              "top_logprobs":[]}],"refusal":null},"finish_reason":null}\
              """)
          + chunk(
              """
              {"index":0,"delta":{"tomorrow":"day","annotations":[{"type":"url_citation"}]},\
              "logprobs":null,"finish_reason":null}\
              """)
          + chunk("{\"index\":1,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"tool_calls\"}")
          + chunk("{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}")
          + chunk("")
              .replace("\"usage\":null", "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":7}")
          + "data: [DONE]\n\n";

  private static final String COMPLETION =
      """
      {"id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000,
       "model": "gpt-5.4-2026-03-05", "service_tier": "default", "system_fingerprint": "fp_1",
       "choices": [
         {"index": 0, "finish_reason": "stop",
          "logprobs": {"refusal": null, "content": [
            {"token": "Größe: ", "logprob": -0.5, "bytes": [71], "top_logprobs": []},
            {"token": "512 \\n", "logprob": -0.25, "bytes": [53], "top_logprobs": []}]},
          "message": {"role": "assistant", "content": "Größe: 512 \\n", "refusal": null,
            "tomorrow": "today", "annotations": [{"type": "url_citation"}]}},
         {"index": 1, "finish_reason": "tool_calls", "logprobs": null,
          "message": {"role": "assistant", "content": null, "refusal": null, "tool_calls": [
            {"id": "call_1", "type": "function",
             "function": {"name": "look", "arguments": "{\\"sector\\": 512}"}},
            {"id": "call_2", "type": "custom", "custom": {"name": "run", "input": "abc"}}]}}],
       "usage": {"prompt_tokens": 9, "completion_tokens": 7}}
      """;

  private static String chunk(String choice) {
    return """
    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,\
    "model":"gpt-5.4-2026-03-05","service_tier":"default","system_fingerprint":"fp_1",\
    "choices":[%s],"usage":null,"obfuscation":"x7Gq"}

    """
        .formatted(choice);
  }

  @Test
  void streamEqualsThePlainCompletion() throws JsonProcessingException {
    assertEquals(json(COMPLETION), complete(RECORDED));
    assertEquals(json(COMPLETION), complete(RECORDED.replace("\n", "\r\n")));
    assertEquals(
        json(COMPLETION),
        complete(RECORDED.replace("\"delta\":", "\"message\":\"none of a chunk\",\"delta\":")));
  }

  @Test
  void truncatedStreamIsNeverComplete() throws JsonProcessingException {
    boolean begun = false;
    boolean used = false;
    for (int end = 0; end < RECORDED.length(); end++) {
      StreamParseResult.Truncated cut =
          assertInstanceOf(StreamParseResult.Truncated.class, read(RECORDED.substring(0, end)));
      assertTrue(!begun || cut.partial().isPresent());
      begun = cut.partial().isPresent();
      used = cut.partial().flatMap(ChatJson::findUsage).isPresent();
    }
    assertTrue(used);
  }

  @Test
  void errorEventEndsTheStream() {
    StreamParseResult.Failed failed =
        assertInstanceOf(
            StreamParseResult.Failed.class,
            read(
                RECORDED.substring(0, RECORDED.indexOf(": a comment"))
                    + "data: {\"error\":{\"type\":\"server_error\",\"message\":\"Busy\"}}\n\n"
                    + RECORDED));
    assertEquals("server_error", failed.type());
    assertEquals("Busy", failed.message());
    assertTrue(failed.partial().isPresent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"choices\":",
        "{\"choices\":[{\"index\":0}]}",
        "{\"choices\":[{\"index\":0,\"delta\":7}]}",
        "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[7]}}]}",
        "{\"choices\":[7]}"
      })
  void malformedEventEndsTheStream(String event) {
    assertInstanceOf(StreamParseResult.Truncated.class, read("data: " + event + "\n\n" + RECORDED));
  }

  @Test
  void rejectsAStreamWithoutACompletion() {
    assertInstanceOf(StreamParseResult.Truncated.class, read("data: [DONE]\n\n"));
  }

  @Test
  void readsBackWhatItWrites() throws JsonProcessingException {
    assertEquals(json(COMPLETION), complete(written(COMPLETION, true)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"content\": \"\", \"refusal\": null}",
        "{\"content\": null, \"refusal\": \"I can't.\"}",
        "{\"content\": null, \"refusal\": null, \"audio\": {\"id\": \"a\", \"data\": \"UklG\"}}",
        "{\"content\": null, \"refusal\": null,"
            + " \"function_call\": {\"name\": \"n\", \"arguments\": \"{}\"}}",
        "{\"content\": \"t\", \"refusal\": null, \"reasoning_content\": \"Hm.\"}",
        "{\"content\": \"t\", \"refusal\": null, \"tool_calls\":"
            + " [{\"id\": \"c\", \"type\": \"tomorrow\", \"tomorrow\": {\"n\": 1.50}}]}"
      })
  void readsBackEveryMessage(String message) throws JsonProcessingException {
    ObjectNode completion = json(COMPLETION);
    ObjectNode choice = (ObjectNode) completion.path("choices").path(0);
    choice.set("message", json(message).put("role", "assistant"));
    choice.put("tomorrow", true);
    completion.put("tomorrow", 7);

    assertEquals(completion, complete(written(completion.toString(), true)));
  }

  @Test
  void writesChunksInOrder() throws JsonProcessingException {
    List<JsonNode> chunks = chunks(written(COMPLETION, true));
    List<String> said = new ArrayList<>();
    for (JsonNode chunk : chunks) {
      assertEquals("chat.completion.chunk", chunk.path("object").asText());
      assertEquals("chatcmpl-1", chunk.path("id").asText());
      JsonNode choice = chunk.path("choices").path(0);
      List<String> fields = new ArrayList<>();
      choice.path("delta").fieldNames().forEachRemaining(fields::add);
      said.add(choice.path("index").asText("-") + fields + choice.path("finish_reason").asText());
    }

    assertEquals(
        List.of(
            "0[role, content]null",
            "0[content, refusal, tomorrow, annotations]null",
            "0[]stop",
            "1[role, content]null",
            "1[content, refusal]null",
            "1[tool_calls]null",
            "1[tool_calls]null",
            "1[]tool_calls",
            "-[]"),
        said);
    assertTrue(chunks.getFirst().path("usage").isNull());
    assertEquals(json(COMPLETION).path("usage"), chunks.getLast().path("usage"));
  }

  @Test
  void writesUsageOnlyOnRequest() throws JsonProcessingException {
    String stream = written(COMPLETION, false);

    assertTrue(chunks(stream).stream().noneMatch(chunk -> chunk.has("usage")));
    assertTrue(chunks(stream).stream().noneMatch(chunk -> chunk.path("choices").isEmpty()));
    assertTrue(stream.endsWith("data: [DONE]\n\n"));
    assertFalse(stream.contains("event:"));
  }

  /** It is paid for, and must not end in a fault of ours. */
  @Test
  void skipsInvalidChoicesAndToolCalls() throws JsonProcessingException {
    ObjectNode odd = json(COMPLETION);
    odd.putArray("choices")
        .add("odd")
        .addObject()
        .put("index", 1)
        .putObject("message")
        .putArray("tool_calls")
        .add("odd");

    String stream = written(odd.toString(), false);
    assertTrue(stream.endsWith("data: [DONE]\n\n"));
    assertFalse(stream.contains("odd"), stream);
  }

  private static String written(String completion, boolean usage) throws JsonProcessingException {
    return ChatStreamWriter.write(
        json(completion), JSON.createObjectNode().put("include_usage", usage));
  }

  private static List<JsonNode> chunks(String stream) throws JsonProcessingException {
    List<JsonNode> chunks = new ArrayList<>();
    for (String data : ServerSentEvents.parseData(stream)) {
      if (!data.equals("[DONE]")) {
        chunks.add(JSON.readTree(data));
      }
    }
    return chunks;
  }

  private static ObjectNode complete(String stream) {
    return assertInstanceOf(StreamParseResult.Complete.class, read(stream)).answer();
  }

  private static StreamParseResult read(String stream) {
    return CompletionAccumulator.parse(stream, JSON);
  }

  private static ObjectNode json(String text) throws JsonProcessingException {
    return (ObjectNode) JSON.readTree(text);
  }
}
