package dev.tollgate.endtoend.calls;

import static dev.tollgate.endtoend.support.TestClouds.difference;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.Headers;
import com.anthropic.core.http.HttpResponseFor;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.InternalServerException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolChoiceTool;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of Anthropic models, read by the official client. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StreamingIT {
  private static final String CONTEXT =
      "The server waits for the log records to be flushed to permanent storage. "
          + "A sector holds 512 bytes.";

  private final LocalCloud cloud;
  private final AnthropicClient client;

  StreamingIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("stream");
    client = client(cloud.keys().invoke());
  }

  @BeforeAll
  void activatePrompt() throws IOException, InterruptedException {
    TestClouds.activate(
        cloud,
        "rag",
        ApiClient.JSON
            .createObjectNode()
            .put("content", "Use only the context.\n\nContext: {{context}}")
            .put("model", "claude-haiku-4-5")
            .put("temperature", 0));
  }

  @AfterAll
  void stop() {
    client.close();
    cloud.close();
  }

  private AnthropicClient client(String key) {
    return AnthropicOkHttpClient.builder()
        .baseUrl(cloud.url().toString())
        .apiKey(key)
        .maxRetries(0)
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude-sonnet-4-6", "claude-opus-5-5"})
  void streamEqualsPlainResponse(String model) {
    MessageCreateParams question = question(model).build();
    Streamed streamed = stream(question);

    assertSame(client.messages().create(question), streamed.message());
    assertTrue(text(streamed.message()).contains("512"), streamed.message().toString());
    assertEquals(List.of("text/event-stream"), streamed.headers().values("content-type"));
    assertEquals(List.of("none"), streamed.headers().values("x-tollgate-cache"));
    assertTrue(
        new BigDecimal(streamed.headers().values("x-tollgate-cost-usd").getFirst()).signum() > 0);
  }

  @Test
  void streamHasToolCalls() {
    MessageCreateParams question =
        question("claude-sonnet-4-6")
            .addTool(
                Tool.builder()
                    .name("look")
                    .description("Looks a sector up.")
                    .inputSchema(
                        Tool.InputSchema.builder()
                            .putAdditionalProperty(
                                "properties",
                                JsonValue.from(Map.of("sector", Map.of("type", "integer"))))
                            .putAdditionalProperty("required", JsonValue.from(List.of("sector")))
                            .build())
                    .build())
            .toolChoice(ToolChoiceTool.builder().name("look").build())
            .build();
    Message streamed = stream(question).message();
    Message plain = client.messages().create(question);

    assertEquals(StopReason.TOOL_USE, streamed.stopReason().orElseThrow());
    assertEquals("look", streamed.content().getLast().asToolUse().name());
    assertEquals(
        plain.content().getLast().asToolUse()._input(),
        streamed.content().getLast().asToolUse()._input());
    assertEquals(plain.usage(), streamed.usage());
  }

  @Test
  void managedPromptStreams() {
    Streamed streamed =
        stream(
            MessageCreateParams.builder()
                .model("claude-opus-5")
                .maxTokens(7)
                .addUserMessage("What does the server wait for? " + UUID.randomUUID())
                .putAdditionalHeader("x-tollgate-prompt", "rag")
                .putAdditionalHeader(
                    "x-tollgate-variables",
                    ApiClient.JSON.createObjectNode().put("context", CONTEXT).toString())
                .build());

    assertTrue(text(streamed.message()).contains("log records"), streamed.message().toString());
    assertEquals("claude-haiku-4-5", streamed.message().model().asString());
    assertEquals(List.of("rag@1"), streamed.headers().values("x-tollgate-prompt"));
    assertEquals(List.of("model,max_tokens"), streamed.headers().values("x-tollgate-ignored"));
  }

  @Test
  void streamAndPlainCallShareCacheEntry() {
    MessageCreateParams first = repeatable("claude-sonnet-4-6");
    Message plain = client.messages().create(first);
    Streamed hit = stream(first);

    assertEquals(List.of("exact"), hit.headers().values("x-tollgate-cache"));
    assertEquals(plain.id(), hit.message().id());
    assertSame(plain, hit.message());

    MessageCreateParams second = repeatable("claude-sonnet-4-6");
    Streamed streamed = stream(second);
    try (HttpResponseFor<Message> response = client.messages().withRawResponse().create(second)) {
      assertEquals(List.of("exact"), response.headers().values("x-tollgate-cache"));
      assertEquals(streamed.message().id(), response.parse().id());
      assertSame(response.parse(), streamed.message());
    }
  }

  @Test
  void failureBeforeStreamIsTypedException() {
    assertThrows(
        RateLimitException.class, () -> stream(repeatable("claude-sonnet-4-6+simulate=429")));
    assertEquals(
        529,
        assertThrows(
                InternalServerException.class,
                () -> stream(repeatable("claude-sonnet-4-6+simulate=529")))
            .statusCode());
    assertThrows(
        NotFoundException.class,
        () ->
            stream(
                MessageCreateParams.builder()
                    .model("claude-sonnet-4-6")
                    .maxTokens(9)
                    .addUserMessage("Hello?")
                    .putAdditionalHeader("x-tollgate-prompt", "nobody")
                    .build()));
    AnthropicClient stranger = client("tg_" + "x".repeat(43));
    assertThrows(
        UnauthorizedException.class,
        () -> stranger.messages().createStreaming(repeatable("claude-sonnet-4-6")));
    stranger.close();
  }

  @ParameterizedTest
  @CsvSource({"cut-stream, 502", "cut-stream:abort, 502", "stream-error, 529"})
  void interruptedResponseIsErrorWithCostAndNotCached(String behaviour, int status)
      throws Exception {
    JsonNode before = TestClouds.settledReport(cloud);
    MessageCreateParams question = repeatable("claude-sonnet-4-6+simulate=" + behaviour);
    AnthropicServiceException first =
        assertThrows(AnthropicServiceException.class, () -> stream(question));
    AnthropicServiceException second =
        assertThrows(AnthropicServiceException.class, () -> stream(question));

    assertEquals(status, first.statusCode());
    assertEquals(status, second.statusCode());
    assertEquals(List.of("none"), second.headers().values("x-tollgate-cache"));
    BigDecimal cost = new BigDecimal(first.headers().values("x-tollgate-cost-usd").getFirst());
    assertTrue(cost.signum() > 0);
    // Each of them was tried twice.
    JsonNode after =
        Eventually.get(
            () -> TestClouds.report(cloud),
            report ->
                cost.add(cost).compareTo(difference(before, report, "total_usd")) == 0
                    && difference(before, report, "failed_calls").intValue() == 2);
    assertEquals(2, difference(before, after, "failed_calls").intValue());
    assertEquals(
        0, cost.add(cost).compareTo(difference(before, after, "total_usd")), after.toString());
  }

  private record Streamed(Message message, Headers headers) {}

  private Streamed stream(MessageCreateParams question) {
    MessageAccumulator accumulator = MessageAccumulator.create();
    try (HttpResponseFor<StreamResponse<RawMessageStreamEvent>> response =
            client.messages().withRawResponse().createStreaming(question);
        StreamResponse<RawMessageStreamEvent> events = response.parse()) {
      events.stream().map(RawMessageStreamEvent::validate).forEach(accumulator::accumulate);
      return new Streamed(accumulator.message(), response.headers());
    }
  }

  private static MessageCreateParams.Builder question(String model) {
    return MessageCreateParams.builder()
        .model(model)
        .maxTokens(300)
        .system("Answer from the context only.\n\nContext: " + CONTEXT)
        .addUserMessage("How many bytes does a sector hold?");
  }

  /** A new request whose response can be cached. */
  private static MessageCreateParams repeatable(String model) {
    return question(model)
        .putAdditionalBodyProperty("temperature", JsonValue.from(0))
        .stopSequences(List.of(UUID.randomUUID().toString()))
        .build();
  }

  /** Equal in all but the id. */
  private static void assertSame(Message plain, Message streamed) {
    assertEquals(plain.content(), streamed.content());
    assertEquals(plain.usage(), streamed.usage());
    assertEquals(plain.model(), streamed.model());
    assertEquals(plain.stopReason(), streamed.stopReason());
    assertEquals(plain.stopSequence(), streamed.stopSequence());
  }

  private static String text(Message message) {
    return message.content().getLast().asText().text();
  }
}
