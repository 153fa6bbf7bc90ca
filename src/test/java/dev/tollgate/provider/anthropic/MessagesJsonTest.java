package dev.tollgate.provider.anthropic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.Usage;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MessagesJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String USED = "{\"input_tokens\": 1, \"output_tokens\": 2}";

  @Test
  void forwardsUnknownFields() throws JsonProcessingException {
    ObjectNode body =
        json(
            """
            {"model": "m", "max_tokens": 10, "system": [{"type": "text", "text": "s"}],
             "messages": [{"role": "user", "content": "q"}], "temperature": 0.5,
             "metadata": {"user_id": "u"}, "stream": true, "stop_sequences": ["x"], "tools": [{"name": "t"}],
             "a_field_of_tomorrow": {"deep": [1, 2]}}
            """);

    assertEquals(json(body.toString()), json(MessagesJson.writeRequest(read(body)).toString()));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`{\"model\": 1}`,model",
        "`{\"model\": \" \"}`,model",
        "`{\"max_tokens\": null}`,max_tokens",
        "`{\"max_tokens\": 0}`,max_tokens",
        "`{\"max_tokens\": 1.5}`,max_tokens",
        "`{\"max_tokens\": \"10\"}`,max_tokens",
        "`{\"messages\": []}`,messages",
        "`{\"messages\": \"q\"}`,messages",
        "`{\"messages\": [{\"role\": \"user\"}]}`,messages.0",
        "`{\"messages\": [{\"content\": \"q\"}]}`,messages.0",
        "`{\"system\": 1}`,system",
        "`{\"temperature\": \"0\"}`,temperature",
        "`{\"temperature\": -1}`,temperature",
        "`{\"stream\": \"yes\"}`,stream"
      })
  void namesTheInvalidField(String change, String field) throws JsonProcessingException {
    ObjectNode body =
        json(
            "{\"model\": \"m\", \"max_tokens\": 10, \"messages\": [{\"role\": \"user\","
                + " \"content\": \"q\"}]}");
    body.setAll(json(change));

    assertEquals(
        field,
        switch (MessagesJson.parseRequest(body, Optional.empty(), Optional.empty())) {
          case ParseResult.Invalid(String wrong, _) -> wrong;
          case ParseResult.Parsed _ -> "nothing";
        });
  }

  /** A client of HTTP would refuse to send them, which would look as if the provider were down. */
  @ParameterizedTest
  @ValueSource(strings = {"\u2192", "a\nb", "\u00e4"})
  void rejectsInvalidHeaderValues(String odd) {
    ObjectNode body = JSON.createObjectNode();
    Optional<String> header = Optional.of(odd);

    assertEquals(
        "anthropic-version",
        assertInstanceOf(
                ParseResult.Invalid.class,
                MessagesJson.parseRequest(body, header, Optional.empty()))
            .field());
    assertEquals(
        "anthropic-beta",
        assertInstanceOf(
                ParseResult.Invalid.class,
                MessagesJson.parseRequest(body, Optional.empty(), header))
            .field());
  }

  @Test
  void readsUsageInFiveDisjointClasses() throws JsonProcessingException {
    assertEquals(
        new Usage(3, 7, 12, 5, 20, 8),
        usage(
            """
            {"input_tokens": 3, "cache_read_input_tokens": 7, "cache_creation_input_tokens": 17,
             "cache_creation": {"ephemeral_5m_input_tokens": 12, "ephemeral_1h_input_tokens": 5},
             "output_tokens": 20, "output_tokens_details": {"thinking_tokens": 8}}
            """));
  }

  @Test
  void writesWithoutABreakdownAreFiveMinuteWrites() throws JsonProcessingException {
    assertEquals(
        new Usage(
            335,
            14942,
            12229,
            0,
            690,
            0,
            new Usage.Billing(0, "standard", Optional.empty(), 12229, false)),
        usage(
            """
            {"input_tokens": 335, "cache_read_input_tokens": 14942,
             "cache_creation_input_tokens": 12229,
             "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
             "output_tokens": 690}
            """));
  }

  @Test
  void absentCountsAreZero() throws JsonProcessingException {
    assertEquals(
        new Usage(1, 0, 0, 0, 2, 0),
        usage(
            """
            {"input_tokens": 1, "output_tokens": 2, "cache_creation_input_tokens": null,
             "cache_read_input_tokens": null}
            """));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"input_tokens\": 1}",
        "{\"input_tokens\": null, \"output_tokens\": 2}",
        "{\"input_tokens\": -1, \"output_tokens\": 2}",
        "{\"input_tokens\": 1, \"output_tokens\": 2, \"cache_creation_input_tokens\": -3}",
        "{\"input_tokens\": 1, \"output_tokens\": 2, \"cache_read_input_tokens\": -3}",
      })
  void rejectsUsageThatCannotBePriced(String usage) {
    assertThrows(IllegalArgumentException.class, () -> usage(usage));
  }

  @Test
  void readsSearchesTierAndRegion() throws JsonProcessingException {
    assertEquals(
        new Usage.Billing(2, "priority", Optional.of("us"), 0, false),
        usage(
                """
                {"input_tokens": 1, "output_tokens": 2, "service_tier": "priority",
                 "inference_geo": "us",
                 "server_tool_use": {"web_search_requests": 2, "web_fetch_requests": 1}}
                """)
            .billing());
  }

  /** The top-level usage covers only the last iteration. */
  @Test
  void sumsTheIterations() throws JsonProcessingException {
    Usage usage =
        usage(
            """
            {"input_tokens": 10, "output_tokens": 5, "iterations": [
              {"type": "compaction", "input_tokens": 1000, "output_tokens": 200,
               "cache_read_input_tokens": 7, "cache_creation_input_tokens": 0},
              {"type": "message", "model": "m-20260101", "input_tokens": 10, "output_tokens": 5,
               "cache_creation_input_tokens": 3,
               "cache_creation": {"ephemeral_5m_input_tokens": 1,
                                  "ephemeral_1h_input_tokens": 2}}]}
            """);

    assertEquals(new Usage(1010, 7, 1, 2, 205, 0), usage);
  }

  @Test
  void refusalBeforeOutputIsNotBilled() throws JsonProcessingException {
    Usage usage = usage(ATTEMPTS.formatted(0));

    assertEquals(new Usage(10, 0, 0, 0, 5, 0), usage);
  }

  @Test
  void refusalAfterOutputIsBilledAsAnEstimate() throws JsonProcessingException {
    Usage usage = usage(ATTEMPTS.formatted(3));

    assertEquals(20, usage.input());
    assertEquals(8, usage.output());
    assertEquals(true, usage.billing().multipleModels());
  }

  private static final String ATTEMPTS =
      """
      {"input_tokens": 10, "output_tokens": 5, "iterations": [
        {"type": "message", "model": "n", "input_tokens": 10, "output_tokens": %d},
        {"type": "fallback_message", "model": "m", "input_tokens": 10, "output_tokens": 5}]}
      """;

  @Test
  void unknownFinishReasonIsNotComplete() throws JsonProcessingException {
    FinishReason reason = response(USED, "something_new").finishReason();

    assertEquals(FinishReason.UNKNOWN, reason);
    assertEquals(false, reason.isComplete());
  }

  @Test
  void joinsTextBlocks() throws JsonProcessingException {
    assertEquals("ab", response(USED, "end_turn").text());
  }

  @Test
  void rejectsMalformedAnswers() {
    assertThrows(
        IllegalArgumentException.class,
        () -> MessagesJson.parseResponse(JSON.createObjectNode().put("hello", "world")));
  }

  private static Usage usage(String usage) throws JsonProcessingException {
    return response(usage, "end_turn").usage();
  }

  private static ModelResponse response(String usage, String stopReason)
      throws JsonProcessingException {
    ObjectNode body =
        json(
            """
            {"model": "m", "content": [{"type": "thinking", "thinking": "x"},
             {"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}
            """);
    body.put("stop_reason", stopReason).set("usage", json(usage));
    return MessagesJson.parseResponse(body);
  }

  private static ModelRequest read(ObjectNode body) {
    return switch (MessagesJson.parseRequest(body, Optional.empty(), Optional.empty())) {
      case ParseResult.Parsed(ModelRequest request) -> request;
      case ParseResult.Invalid invalid -> throw new AssertionError(invalid);
    };
  }

  private static ObjectNode json(String text) throws JsonProcessingException {
    return (ObjectNode) JSON.readTree(text);
  }
}
