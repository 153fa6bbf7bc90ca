package dev.tollgate.provider.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.Usage;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ChatJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String USAGE = "{\"prompt_tokens\": 1, \"completion_tokens\": 2}";

  @Test
  void forwardsUnknownFields() throws JsonProcessingException {
    ObjectNode body =
        json(
            """
            {"model": "m", "messages": [{"role": "developer", "content": "s"},
              {"role": "assistant", "content": null, "tool_calls": [{"id": "c"}]},
              {"role": "tool", "tool_call_id": "c", "content": "r"}],
             "temperature": 0.5, "max_tokens": 5, "max_completion_tokens": 6, "user": "u",
             "safety_identifier": "i", "metadata": {"a": "b"}, "prompt_cache_key": "k",
             "store": true, "tools": [{"type": "function"}], "n": 2,
             "a_field_of_tomorrow": {"deep": [1, 2]}}
            """);

    assertEquals(json(body.toString()), json(ChatJson.writeRequest(read(body)).toString()));
  }

  @Test
  void keepsTheTokenLimitFields() throws JsonProcessingException {
    ModelRequest request =
        read(
            json(
                """
                {"model": "m", "messages": [{"role": "user", "content": "q"}], "max_tokens": 5}
                """));

    assertEquals(OptionalInt.empty(), request.maxTokens());
    assertEquals("{\"max_tokens\":5}", request.otherFields().toString());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`{\"model\": 1}`,model",
        "`{\"model\": \" \"}`,model",
        "`{\"messages\": []}`,messages",
        "`{\"messages\": \"q\"}`,messages",
        "`{\"messages\": [\"q\"]}`,messages.0",
        "`{\"messages\": [{\"content\": \"q\"}]}`,messages.0",
        "`{\"temperature\": \"0\"}`,temperature",
        "`{\"temperature\": -1}`,temperature",
        "`{\"stream\": \"yes\"}`,stream",
        "`{\"stream\": true, \"stream_options\": 7}`,stream_options",
        "`{\"stream_options\": {}}`,stream_options"
      })
  void namesTheInvalidField(String change, String field) throws JsonProcessingException {
    ObjectNode body =
        json("{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"q\"}]}");
    body.setAll(json(change));

    assertEquals(
        field,
        switch (ChatJson.parseRequest(body)) {
          case ParseResult.Invalid(String wrong, _) -> wrong;
          case ParseResult.Parsed _ -> "nothing";
        });
  }

  @Test
  void cachedAndWrittenTokensAreCountedOnce() throws JsonProcessingException {
    Usage usage =
        usage(
            """
            {"prompt_tokens": 2000, "completion_tokens": 300, "total_tokens": 2300,
             "prompt_tokens_details": {"cached_tokens": 1024, "cache_write_tokens": 512},
             "completion_tokens_details": {"reasoning_tokens": 192}}
            """);

    assertEquals(new Usage(464, 1024, 512, 0, 300, 192), usage);
    assertEquals(2300, usage.totalTokens());
  }

  @Test
  void absentDetailsAreZero() throws JsonProcessingException {
    assertEquals(new Usage(1, 0, 0, 0, 2, 0), usage(USAGE));
    assertEquals(
        new Usage(1, 0, 0, 0, 2, 0),
        usage(
            """
            {"prompt_tokens": 1, "completion_tokens": 2, "completion_tokens_details": null,
             "prompt_tokens_details": {"cached_tokens": null}}
            """));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"prompt_tokens\": 1}",
        "{\"completion_tokens\": 1}",
        "{\"prompt_tokens\": \"1\", \"completion_tokens\": 1}",
        "{\"prompt_tokens\": 9, \"completion_tokens\": 1,"
            + " \"prompt_tokens_details\": {\"cached_tokens\": 10}}",
        "{\"prompt_tokens\": 9, \"completion_tokens\": 1,"
            + " \"prompt_tokens_details\": {\"cached_tokens\": 5, \"cache_write_tokens\": 5}}"
      })
  void invalidUsageIsAnError(String usage) {
    assertThrows(IllegalArgumentException.class, () -> usage(usage));
  }

  @ParameterizedTest
  @CsvSource({
    "stop, END_TURN",
    "length, MAX_TOKENS",
    "tool_calls, TOOL_USE",
    "function_call, TOOL_USE",
    "content_filter, REFUSAL",
    "something_new, UNKNOWN"
  })
  void mapsFinishReasons(String reason, FinishReason expected) throws JsonProcessingException {
    assertEquals(expected, finishReason("{\"content\": \"a\"}", reason));
  }

  @Test
  void stopIsNotAlwaysComplete() throws JsonProcessingException {
    assertEquals(FinishReason.TOOL_USE, finishReason("{\"tool_calls\": [{}]}", "stop"));
    assertEquals(FinishReason.REFUSAL, finishReason("{\"refusal\": \"No.\"}", "stop"));
    assertEquals(
        FinishReason.END_TURN,
        finishReason("{\"content\": \"a\", \"refusal\": null, \"tool_calls\": []}", "stop"));
  }

  @Test
  void everyChoiceMustBeComplete() throws JsonProcessingException {
    ModelResponse response =
        ChatJson.parseResponse(
            json(
                """
                {"model": "m", "usage": %s, "choices": [
                 {"finish_reason": "stop", "message": {"content": "a"}},
                 {"finish_reason": "length", "message": {"content": "b"}}]}
                """
                    .formatted(USAGE)));

    assertEquals("a", response.text());
    assertEquals(FinishReason.MAX_TOKENS, response.finishReason());
  }

  @Test
  void answerWithoutTextIsEmpty() throws JsonProcessingException {
    assertEquals("", response("{\"content\": null}", "tool_calls", USAGE).text());
  }

  @Test
  void rejectsMalformedAnswers() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ChatJson.parseResponse(JSON.createObjectNode().put("hello", "world")));
  }

  @Test
  void otherRolesCountAsSystem() throws JsonProcessingException {
    assertEquals(OptionalInt.of(1), systemMessage("user", "system"));
    assertEquals(OptionalInt.of(0), systemMessage("developer", "user"));
    assertEquals(OptionalInt.empty(), systemMessage("user", "assistant", "tool"));
  }

  private static OptionalInt systemMessage(String... roles) {
    var messages = JSON.createArrayNode();
    for (String role : roles) {
      messages.addObject().put("role", role).put("content", "c");
    }
    return ChatJson.findSystemMessage(messages);
  }

  @ParameterizedTest
  @CsvSource({"default, standard", "auto, standard", "flex, flex", "priority, priority"})
  void readsTheServiceTierThatServed(String said, String tier) throws JsonProcessingException {
    ObjectNode body =
        json(
            """
            {"model": "m", "choices": [{"finish_reason": "stop", "message": {"content": "a"}}]}
            """);
    body.put("service_tier", said).set("usage", json(USAGE));

    assertEquals(tier, ChatJson.parseResponse(body).usage().billing().serviceTier());
  }

  private static Usage usage(String usage) throws JsonProcessingException {
    return response("{\"content\": \"a\"}", "stop", usage).usage();
  }

  private static FinishReason finishReason(String message, String reason)
      throws JsonProcessingException {
    return response(message, reason, USAGE).finishReason();
  }

  private static ModelResponse response(String message, String reason, String usage)
      throws JsonProcessingException {
    return ChatJson.parseResponse(
        json(
            """
            {"model": "m", "choices": [{"finish_reason": "%s", "message": %s}], "usage": %s}
            """
                .formatted(reason, message, usage)));
  }

  private static ModelRequest read(ObjectNode body) {
    return switch (ChatJson.parseRequest(body)) {
      case ParseResult.Parsed(ModelRequest request) -> request;
      case ParseResult.Invalid invalid -> throw new AssertionError(invalid);
    };
  }

  private static ObjectNode json(String text) throws JsonProcessingException {
    return (ObjectNode) JSON.readTree(text);
  }
}
