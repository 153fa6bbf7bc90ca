package dev.tollgate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.models.messages.MessageCreateParams;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.tollgate.cache.CacheKey.Audience;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.anthropic.MessagesJson;
import dev.tollgate.provider.openai.ChatJson;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every field of the official clients of both APIs changes the cache key, or is listed here with a
 * reason why not. A field of a newer client fails here until it is listed.
 */
final class RequestFieldsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String BASE =
      """
      {"model": "m", "max_tokens": 10, "messages": [{"role": "user", "content": "q"}]}
      """;

  /** The fields of the Messages API. Clients no longer have temperature and similar fields. */
  private static final Set<String> SHAPE_MESSAGES =
      Set.of(
          "model",
          "max_tokens",
          "messages",
          "system",
          "billing_policy",
          "cache_control",
          "compaction",
          "container",
          "context_management",
          "diagnostics",
          "fallback_credit_token",
          "fallbacks",
          "inference_geo",
          "mcp_servers",
          "output_config",
          "output_format",
          "service_tier",
          "speed",
          "stop_sequences",
          "thinking",
          "thread",
          "tool_choice",
          "tools",
          "temperature",
          "top_k",
          "top_p");

  private static final Map<String, String> SHAPE_NO_MESSAGE =
      Map.of(
          "metadata", "names the caller's end user, whom the audience of the key accounts for",
          "stream", "changes how the answer arrives, not what it says");

  private static final Set<String> SHAPE_COMPLETIONS =
      Set.of(
          "model",
          "messages",
          "audio",
          "frequency_penalty",
          "function_call",
          "functions",
          "logit_bias",
          "logprobs",
          "max_completion_tokens",
          "max_tokens",
          "modalities",
          "moderation",
          "n",
          "parallel_tool_calls",
          "prediction",
          "presence_penalty",
          "reasoning_effort",
          "response_format",
          "seed",
          "service_tier",
          "stop",
          "store",
          "temperature",
          "tool_choice",
          "tools",
          "top_logprobs",
          "top_p",
          "verbosity",
          "web_search_options");

  private static final Map<String, String> SHAPE_NO_COMPLETION =
      Map.of(
          "metadata", "labels what OpenAI keeps of the call",
          "prompt_cache_key", "steers where a prompt is cached: the bill, not the answer",
          "prompt_cache_options", "as prompt_cache_key",
          "prompt_cache_retention", "as prompt_cache_key",
          "safety_identifier", "names the caller's end user",
          "stream", "changes how the answer arrives, not what it says",
          "stream_options", "as stream",
          "user", "names the caller's end user");

  /** Two values of each field with restricted values, and the fields that they require. */
  private static final Map<String, List<String>> VALUES =
      Map.of(
          "model", List.of("{\"model\": \"n\"}", "{\"model\": \"o\"}"),
          "max_tokens", List.of("{\"max_tokens\": 11}", "{\"max_tokens\": 12}"),
          "messages",
              List.of(
                  "{\"messages\": [{\"role\": \"user\", \"content\": \"r\"}]}",
                  "{\"messages\": [{\"role\": \"assistant\", \"content\": \"q\"}]}"),
          "system", List.of("{\"system\": \"s\"}", "{\"system\": \"t\"}"),
          "temperature", List.of("{\"temperature\": 0}", "{\"temperature\": 0.5}"),
          "stream", List.of("{\"stream\": true}", "{\"stream\": false}"),
          "stream_options",
              List.of(
                  "{\"stream\": true, \"stream_options\": {\"include_usage\": true}}",
                  "{\"stream\": true, \"stream_options\": {\"include_usage\": false}}"));

  private static final List<String> ANY =
      List.of("{\"%s\": {\"a\": 1}}", "{\"%s\": {\"a\": 9007199254740993}}");

  @Test
  void everyFieldOfClientsIsListed() {
    Set<String> messages = fields(MessageCreateParams.Body.class);
    messages.addAll(fields(com.anthropic.models.beta.messages.MessageCreateParams.Body.class));
    Set<String> completions = fields(ChatCompletionCreateParams.Body.class);

    assertTrue(messages.contains("max_tokens"), messages.toString());
    assertTrue(completions.contains("reasoning_effort"), completions.toString());
    messages.removeAll(SHAPE_MESSAGES);
    messages.removeAll(SHAPE_NO_MESSAGE.keySet());
    completions.removeAll(SHAPE_COMPLETIONS);
    completions.removeAll(SHAPE_NO_COMPLETION.keySet());
    assertEquals(Set.of(), messages);
    assertEquals(Set.of(), completions);
  }

  @ParameterizedTest
  @MethodSource
  void fieldThatShapesMessageChangesKey(String field) {
    Set<CacheKey> keys =
        versions(field).map(RequestFieldsTest::messageKey).collect(Collectors.toSet());

    assertEquals(3, keys.size());
  }

  static Set<String> fieldThatShapesMessageChangesKey() {
    return SHAPE_MESSAGES;
  }

  @ParameterizedTest
  @MethodSource
  void otherFieldOfMessageDoesNotChangeKey(String field) {
    Set<CacheKey> keys =
        versions(field).map(RequestFieldsTest::messageKey).collect(Collectors.toSet());

    assertEquals(1, keys.size());
  }

  static Set<String> otherFieldOfMessageDoesNotChangeKey() {
    return SHAPE_NO_MESSAGE.keySet();
  }

  @ParameterizedTest
  @MethodSource
  void fieldThatShapesCompletionChangesKey(String field) {
    Set<CacheKey> keys =
        versions(field).map(RequestFieldsTest::completionKey).collect(Collectors.toSet());

    assertEquals(3, keys.size());
  }

  static Set<String> fieldThatShapesCompletionChangesKey() {
    return SHAPE_COMPLETIONS;
  }

  @ParameterizedTest
  @MethodSource
  void otherFieldOfCompletionDoesNotChangeKey(String field) {
    Set<CacheKey> keys =
        versions(field).map(RequestFieldsTest::completionKey).collect(Collectors.toSet());

    assertEquals(1, keys.size());
  }

  static Set<String> otherFieldOfCompletionDoesNotChangeKey() {
    return SHAPE_NO_COMPLETION.keySet();
  }

  @Test
  void headersOfMessagesApiChangeKey() {
    CacheKey plain = messageKey(BASE);

    assertNotEquals(plain, messageKey(BASE, Optional.of("2023-06-01"), Optional.empty()));
    assertNotEquals(plain, messageKey(BASE, Optional.empty(), Optional.of("2023-06-01")));
  }

  /** The names on the wire of all fields of a client's request. */
  private static Set<String> fields(Class<?> body) {
    return Arrays.stream(body.getMethods())
        .filter(method -> method.getName().startsWith("_"))
        .map(RequestFieldsTest::property)
        .flatMap(Optional::stream)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Optional<String> property(Method method) {
    return Optional.ofNullable(method.getAnnotation(JsonProperty.class)).map(JsonProperty::value);
  }

  /** A request without the field, and with two different values of it. */
  private static Stream<String> versions(String field) {
    List<String> values =
        VALUES.getOrDefault(field, ANY.stream().map(any -> any.formatted(field)).toList());
    return Stream.concat(Stream.of("{}"), values.stream())
        .map(
            value -> {
              ObjectNode body = object(BASE);
              body.setAll(object(value));
              return body.toString();
            });
  }

  private static CacheKey messageKey(String body) {
    return messageKey(body, Optional.empty(), Optional.empty());
  }

  private static CacheKey messageKey(String body, Optional<String> version, Optional<String> beta) {
    return key(MessagesJson.parseRequest(object(body), version, beta));
  }

  private static CacheKey completionKey(String body) {
    return key(ChatJson.parseRequest(object(body)));
  }

  private static ObjectNode object(String body) {
    try {
      return (ObjectNode) JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static CacheKey key(ParseResult reading) {
    return switch (reading) {
      case ParseResult.Parsed(ModelRequest request) ->
          CacheKey.of(new Audience.Team("team"), Optional.empty(), request);
      case ParseResult.Invalid invalid -> throw new AssertionError(invalid);
    };
  }
}
