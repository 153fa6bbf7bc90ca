package dev.tollgate.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cache.CacheKey.Audience;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.anthropic.MessagesJson;
import dev.tollgate.provider.openai.ChatJson;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CacheKeyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String BODY =
      """
      {"model": "m", "max_tokens": 10, "system": "s", "temperature": 0, "top_p": 0.9,
       "messages": [{"role": "user", "content": "q"}], "metadata": {"user_id": "alice"},
       "tools": [{"name": "t", "input_schema": {"type": "object", "a": 1}}]}
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\": \"other\"}",
        "{\"max_tokens\": 11}",
        "{\"system\": \"other\"}",
        "{\"system\": null}",
        "{\"system\": [{\"type\": \"text\", \"text\": \"s\"}]}",
        "{\"temperature\": 0.1}",
        "{\"temperature\": null}",
        "{\"top_p\": 0.8}",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"Q\"}]}",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"q \"}]}",
        "{\"tools\": []}",
        "{\"a_field_of_tomorrow\": 9007199254740993}"
      })
  void fieldThatShapesResponseChangesKey(String change) throws JsonProcessingException {
    assertNotEquals(key("{}"), key(change));
  }

  @Test
  void distinguishesNumbersBeyondDouble() throws JsonProcessingException {
    assertNotEquals(key("{\"seed\": 9007199254740993}"), key("{\"seed\": 9007199254740992}"));
  }

  @Test
  void callerWithinTeamDoesNotChangeKey() throws JsonProcessingException {
    assertEquals(key("{}"), key("{\"metadata\": {\"user_id\": \"bob\"}}"));
  }

  @Test
  void streamingDoesNotChangeKey() throws JsonProcessingException {
    assertEquals(key("{}"), key("{\"stream\": true}"));
    assertEquals(key("{}"), key("{\"stream\": false}"));
  }

  @Test
  void orderOfFieldsDoesNotChangeKey() throws JsonProcessingException {
    assertEquals(
        key("{}"),
        key(
            "{\"tools\": [{\"input_schema\": {\"a\": 1, \"type\": \"object\"}, \"name\":"
                + " \"t\"}]}"));
  }

  @Test
  void formatOfTemperatureDoesNotChangeKey() throws JsonProcessingException {
    assertEquals(key("{}"), key("{\"temperature\": 0.000}"));
  }

  @Test
  void audienceAndApiVersionChangeKey() throws JsonProcessingException {
    ModelRequest request = request("{}", Optional.empty());
    Set<CacheKey> keys =
        Set.of(
            CacheKey.of(new Audience.Team("a"), Optional.empty(), request),
            CacheKey.of(new Audience.Team("b"), Optional.empty(), request),
            CacheKey.of(new Audience.User("a", "u"), Optional.empty(), request),
            CacheKey.of(new Audience.User("a", "v"), Optional.empty(), request),
            CacheKey.of(new Audience.User("b", "u"), Optional.empty(), request),
            CacheKey.of(new Audience.Everyone(), Optional.empty(), request),
            CacheKey.of(
                new Audience.Team("a"),
                Optional.empty(),
                request("{}", Optional.of("2023-06-01"))));

    assertEquals(7, keys.size());
  }

  @Test
  void promptContentAndPurgeChangeKey() throws JsonProcessingException {
    ModelRequest request = request("{}", Optional.empty());
    Audience team = new Audience.Team("a");
    Set<CacheKey> keys =
        Set.of(
            CacheKey.of(team, Optional.empty(), request),
            CacheKey.of(team, Optional.of(new CacheKey.Prompt("hash", 0)), request),
            CacheKey.of(team, Optional.of(new CacheKey.Prompt("other", 0)), request),
            CacheKey.of(team, Optional.of(new CacheKey.Prompt("hash", 1)), request));

    assertEquals(4, keys.size());
  }

  private static final String CHAT =
      """
      {"model": "m", "messages": [{"role": "system", "content": "s"},
        {"role": "user", "content": "q"}],
       "temperature": 0, "max_tokens": 10, "max_completion_tokens": 10, "top_p": 0.9, "seed": 1,
       "tools": [{"type": "function", "function": {"name": "t"}}], "user": "alice", "store": false,
       "safety_identifier": "a", "metadata": {"k": "v"}, "prompt_cache_key": "k"}
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\": \"other\"}",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"q\"}]}",
        "{\"temperature\": 0.1}",
        "{\"temperature\": null}",
        "{\"max_tokens\": 11}",
        "{\"max_tokens\": null}",
        "{\"max_completion_tokens\": 11}",
        "{\"top_p\": 0.8}",
        "{\"seed\": 2}",
        "{\"tools\": []}",
        "{\"n\": 2}",
        "{\"response_format\": {\"type\": \"json_object\"}}",
        "{\"reasoning_effort\": \"none\"}",
        "{\"service_tier\": \"flex\"}",
        "{\"store\": true}",
        "{\"a_field_of_tomorrow\": 9007199254740993}"
      })
  void fieldThatShapesChatCompletionChangesKey(String change) throws JsonProcessingException {
    assertNotEquals(chatKey("{}"), chatKey(change));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"user\": \"bob\"}",
        "{\"user\": null}",
        "{\"safety_identifier\": \"b\"}",
        "{\"metadata\": {\"k\": \"w\"}}",
        "{\"stream\": true, \"stream_options\": {\"include_usage\": true}}",
        "{\"prompt_cache_key\": \"l\"}",
        "{\"prompt_cache_retention\": \"24h\"}"
      })
  void metadataOfChatRequestDoesNotChangeKey(String change) throws JsonProcessingException {
    assertEquals(chatKey("{}"), chatKey(change));
  }

  @Test
  void distinguishesProviders() throws JsonProcessingException {
    ModelRequest request = read(ChatJson.parseRequest((ObjectNode) JSON.readTree(CHAT)));
    ModelRequest other =
        new ModelRequest(
            Provider.ANTHROPIC,
            request.apiVersion(),
            request.apiBeta(),
            request.model(),
            request.maxTokens(),
            request.system(),
            request.messages(),
            request.temperature(),
            request.metadata(),
            request.streamOptions(),
            request.otherFields());

    assertNotEquals(key(request), key(other));
  }

  private static CacheKey chatKey(String change) throws JsonProcessingException {
    ObjectNode body = (ObjectNode) JSON.readTree(CHAT);
    body.setAll((ObjectNode) JSON.readTree(change));
    return key(read(ChatJson.parseRequest(body)));
  }

  private static CacheKey key(String change) throws JsonProcessingException {
    return key(request(change, Optional.empty()));
  }

  private static CacheKey key(ModelRequest request) {
    return CacheKey.of(
        new Audience.Team("team"), Optional.of(new CacheKey.Prompt("hash", 0)), request);
  }

  private static ModelRequest request(String change, Optional<String> version)
      throws JsonProcessingException {
    ObjectNode body = (ObjectNode) JSON.readTree(BODY);
    body.setAll((ObjectNode) JSON.readTree(change));
    return read(MessagesJson.parseRequest(body, version, Optional.empty()));
  }

  private static ModelRequest read(ParseResult reading) {
    return switch (reading) {
      case ParseResult.Parsed(ModelRequest request) -> request;
      case ParseResult.Invalid invalid -> throw new AssertionError(invalid);
    };
  }
}
