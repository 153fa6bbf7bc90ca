package dev.tollgate.provider.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.FuzzedJson;
import dev.tollgate.provider.FuzzedStream;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.StreamParseResult;
import java.util.List;
import java.util.Optional;

final class ChatFuzzTest {
  private static final ObjectMapper JSON = FuzzedJson.mapper();
  private static final ObjectNode WITH_USAGE = JSON.createObjectNode().put("include_usage", true);

  /** Fields that are read say nothing when they are null; all others are sent as they came. */
  private static final List<String> READ =
      List.of(
          "model",
          "messages",
          "temperature",
          "stream",
          "stream_options",
          "user",
          "safety_identifier",
          "metadata",
          "prompt_cache_key",
          "prompt_cache_options",
          "prompt_cache_retention");

  /** The usage in a stream is always asked for. */
  @FuzzTest
  void rejectsOrForwardsAnyRequest(byte[] json) {
    FuzzedJson.object(json).ifPresent(ChatFuzzTest::checkRequest);
  }

  private static void checkRequest(ObjectNode body) {
    ObjectNode came = body.deepCopy();
    switch (ChatJson.parseRequest(body)) {
      case ParseResult.Invalid(String field, String message) -> {
        assertFalse(field.isBlank());
        assertFalse(message.isBlank());
      }
      case ParseResult.Parsed(ModelRequest request) -> {
        ObjectNode expected = FuzzedJson.withoutEmpty(came, READ);
        if (expected.has("stream")) {
          expected.withObjectProperty("stream_options").put("include_usage", true);
        }
        assertEquals(expected, FuzzedJson.reparse(ChatJson.writeRequest(request)));
      }
    }
    assertEquals(came, body);
  }

  /**
   * What a caller's client puts together from our stream is what the provider answered, if it
   * numbers its choices, by which a stream tells them apart.
   */
  @FuzzTest
  void rejectsOrStreamsAnyAnswer(byte[] json) {
    FuzzedJson.object(json)
        .filter(ChatFuzzTest::numbersItsChoices)
        .ifPresent(
            body ->
                read(body)
                    .ifPresent(
                        response -> {
                          StreamParseResult.Complete whole =
                              assertInstanceOf(
                                  StreamParseResult.Complete.class,
                                  CompletionAccumulator.parse(
                                      ChatStreamWriter.write(response.body(), WITH_USAGE), JSON));
                          ModelResponse again = ChatJson.parseResponse(whole.answer());

                          assertEquals(response.text(), again.text());
                          assertEquals(response.usage(), again.usage());
                          assertEquals(response.finishReason(), again.finishReason());
                        }));
  }

  private static boolean numbersItsChoices(ObjectNode body) {
    int number = 0;
    for (JsonNode choice : body.path("choices")) {
      if (!choice.path("index").isInt() || choice.path("index").intValue() != number++) {
        return false;
      }
    }
    return true;
  }

  private static Optional<ModelResponse> read(ObjectNode body) {
    try {
      return Optional.of(ChatJson.parseResponse(body));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @FuzzTest
  void readsAnyStreamUpToItsFirstFault(byte[] stream) {
    FuzzedStream.check(stream, text -> CompletionAccumulator.parse(text, JSON));
  }
}
