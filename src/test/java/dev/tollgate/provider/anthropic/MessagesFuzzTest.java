package dev.tollgate.provider.anthropic;

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

final class MessagesFuzzTest {
  private static final ObjectMapper JSON = FuzzedJson.mapper();

  /** Fields that are read say nothing when they are null; all others are sent as they came. */
  private static final List<String> READ =
      List.of("model", "max_tokens", "messages", "system", "temperature", "stream", "metadata");

  @FuzzTest
  void rejectsOrForwardsAnyRequest(byte[] json) {
    FuzzedJson.object(json).ifPresent(MessagesFuzzTest::checkRequest);
  }

  private static void checkRequest(ObjectNode body) {
    ObjectNode came = body.deepCopy();
    switch (MessagesJson.parseRequest(body, Optional.empty(), Optional.empty())) {
      case ParseResult.Invalid(String field, String message) -> {
        assertFalse(field.isBlank());
        assertFalse(message.isBlank());
      }
      case ParseResult.Parsed(ModelRequest request) ->
          assertEquals(
              FuzzedJson.withoutEmpty(came, READ),
              FuzzedJson.reparse(MessagesJson.writeRequest(request)));
    }
    assertEquals(came, body);
  }

  /** What a caller's client puts together from our stream is what the provider answered. */
  @FuzzTest
  void rejectsOrStreamsAnyAnswer(byte[] json) {
    FuzzedJson.object(json)
        .ifPresent(
            body ->
                read(body)
                    .ifPresent(
                        response -> {
                          StreamParseResult.Complete whole =
                              assertInstanceOf(
                                  StreamParseResult.Complete.class,
                                  MessageAccumulator.parse(
                                      MessagesStreamWriter.write(response.body()), JSON));
                          ModelResponse again = MessagesJson.parseResponse(whole.answer());

                          assertEquals(response.text(), again.text());
                          assertEquals(response.usage(), again.usage());
                          assertEquals(response.finishReason(), again.finishReason());
                          assertEquals(blocks(response), blocks(again));
                        }));
  }

  /** Counts the blocks. Only objects count, because no event can carry anything else. */
  private static long blocks(ModelResponse response) {
    return response.body().path("content").valueStream().filter(JsonNode::isObject).count();
  }

  private static Optional<ModelResponse> read(ObjectNode body) {
    try {
      return Optional.of(MessagesJson.parseResponse(body));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @FuzzTest
  void readsAnyStreamUpToItsFirstFault(byte[] stream) {
    FuzzedStream.check(stream, text -> MessageAccumulator.parse(text, JSON));
  }
}
