package dev.tollgate.endtoend.calls;

import static dev.tollgate.endtoend.support.TestClouds.difference;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.Headers;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletion.Choice.FinishReason;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
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

/** Streams of OpenAI models, read by the official client. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ChatStreamingIT {
  private static final String MODEL = "gpt-5.4";
  private static final String CONTEXT =
      "The server waits for the log records to be flushed to permanent storage. "
          + "A sector holds 512 bytes.";

  private final LocalCloud cloud;
  private final OpenAIClient client;

  ChatStreamingIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("chat");
    client = client(cloud.keys().invoke());
  }

  @BeforeAll
  void activatePrompt() throws IOException, InterruptedException {
    TestClouds.activatePrompt(cloud, "rag", MODEL);
  }

  @AfterAll
  void stop() {
    client.close();
    cloud.close();
  }

  private OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(cloud.url().resolve("/v1").toString())
        .apiKey(key)
        .maxRetries(0)
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {MODEL, "gpt-6.1-sol"})
  void streamEqualsPlainResponse(String model) {
    ChatCompletionCreateParams question = question(model).build();
    Streamed streamed = stream(question);

    assertSame(client.chat().completions().create(question), streamed.completion());
    assertTrue(text(streamed.completion()).contains("512"), streamed.completion().toString());
    assertEquals(List.of("text/event-stream"), streamed.headers().values("content-type"));
    assertEquals(List.of("none"), streamed.headers().values("x-tollgate-cache"));
    assertTrue(
        new BigDecimal(streamed.headers().values("x-tollgate-cost-usd").getFirst()).signum() > 0);
  }

  @Test
  void streamHasUsageOnlyIfRequested() {
    ChatCompletionCreateParams silent =
        repeatable(MODEL).toBuilder()
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(false).build())
            .build();
    for (String cache : List.of("none", "exact")) {
      try (HttpResponseFor<StreamResponse<ChatCompletionChunk>> response =
              client.chat().completions().withRawResponse().createStreaming(silent);
          StreamResponse<ChatCompletionChunk> chunks = response.parse()) {
        assertEquals(List.of(cache), response.headers().values("x-tollgate-cache"));
        assertTrue(chunks.stream().allMatch(chunk -> chunk.usage().isEmpty()));
      }
    }
  }

  @Test
  void streamHasToolCalls() {
    ChatCompletionCreateParams question =
        question(MODEL)
            .addTool(
                ChatCompletionFunctionTool.builder()
                    .function(
                        FunctionDefinition.builder()
                            .name("look")
                            .parameters(
                                FunctionParameters.builder()
                                    .putAdditionalProperty("type", JsonValue.from("object"))
                                    .putAdditionalProperty(
                                        "properties",
                                        JsonValue.from(Map.of("sector", Map.of("type", "integer"))))
                                    .putAdditionalProperty(
                                        "required", JsonValue.from(List.of("sector")))
                                    .build())
                            .build())
                    .build())
            .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED)
            .build();
    ChatCompletion.Choice streamed = stream(question).completion().choices().getFirst();
    ChatCompletion.Choice plain = client.chat().completions().create(question).choices().getFirst();

    assertEquals(FinishReason.TOOL_CALLS, streamed.finishReason());
    assertEquals(function(plain), function(streamed));
    assertEquals("look", function(streamed).name());
  }

  private static ChatCompletionMessageFunctionToolCall.Function function(
      ChatCompletion.Choice choice) {
    return choice.message().toolCalls().orElseThrow().getFirst().asFunction().function();
  }

  @Test
  void managedPromptStreams() {
    Streamed streamed =
        stream(
            ChatCompletionCreateParams.builder()
                .model("gpt-4o")
                .addUserMessage("What does the server wait for? " + UUID.randomUUID())
                .putAdditionalHeader("x-tollgate-prompt", "rag")
                .putAdditionalHeader(
                    "x-tollgate-variables",
                    ApiClient.JSON.createObjectNode().put("context", CONTEXT).toString())
                .build());

    assertTrue(text(streamed.completion()).contains("log records"));
    assertEquals(MODEL, streamed.completion().model());
    assertEquals(List.of("rag@1"), streamed.headers().values("x-tollgate-prompt"));
    assertEquals(List.of("model"), streamed.headers().values("x-tollgate-ignored"));
  }

  @Test
  void streamAndPlainCallShareCacheEntry() {
    ChatCompletionCreateParams first = repeatable(MODEL);
    ChatCompletion plain = client.chat().completions().create(first);
    Streamed hit = stream(first);

    assertEquals(List.of("exact"), hit.headers().values("x-tollgate-cache"));
    assertEquals(plain.id(), hit.completion().id());
    assertSame(plain, hit.completion());

    ChatCompletionCreateParams second = repeatable(MODEL);
    Streamed streamed = stream(second);
    try (HttpResponseFor<ChatCompletion> response =
        client.chat().completions().withRawResponse().create(second)) {
      assertEquals(List.of("exact"), response.headers().values("x-tollgate-cache"));
      ChatCompletion completion = response.parse();
      assertEquals(streamed.completion().id(), completion.id());
      assertTrue(completion.isValid());
      assertSame(completion, streamed.completion());
    }
  }

  @Test
  void failureBeforeStreamIsTypedException() {
    assertThrows(RateLimitException.class, () -> stream(repeatable(MODEL + "+simulate=429")));
    assertThrows(InternalServerException.class, () -> stream(repeatable(MODEL + "+simulate=500")));
    assertThrows(
        NotFoundException.class,
        () ->
            stream(
                ChatCompletionCreateParams.builder()
                    .model(MODEL)
                    .addUserMessage("Hello?")
                    .putAdditionalHeader("x-tollgate-prompt", "nobody")
                    .build()));
    OpenAIClient stranger = client("tg_" + "x".repeat(43));
    assertThrows(
        UnauthorizedException.class,
        () -> stranger.chat().completions().createStreaming(repeatable(MODEL)));
    stranger.close();
  }

  /** OpenAI reports usage at the end, so the cost of an interrupted response is an estimate. */
  @ParameterizedTest
  @CsvSource({"cut-stream, 502", "cut-stream:abort, 502", "stream-error, 500"})
  void interruptedResponseIsErrorWithEstimatedCostAndNotCached(String behaviour, int status)
      throws Exception {
    JsonNode before = TestClouds.settledReport(cloud);
    ChatCompletionCreateParams question = repeatable(MODEL + "+simulate=" + behaviour);
    OpenAIServiceException first =
        assertThrows(OpenAIServiceException.class, () -> stream(question));
    OpenAIServiceException second =
        assertThrows(OpenAIServiceException.class, () -> stream(question));

    assertEquals(status, first.statusCode());
    assertEquals(status, second.statusCode());
    assertEquals(List.of("none"), second.headers().values("x-tollgate-cache"));
    BigDecimal cost = new BigDecimal(first.headers().values("x-tollgate-cost-usd").getFirst());
    assertTrue(cost.signum() > 0);
    JsonNode after =
        Eventually.get(
            () -> TestClouds.report(cloud),
            report -> difference(before, report, "failed_calls").intValue() == 2);
    assertEquals(2, difference(before, after, "failed_calls").intValue());
    assertEquals(0, cost.add(cost).compareTo(difference(before, after, "total_usd")));
    assertEquals(0, cost.add(cost).compareTo(difference(before, after, "estimated_usd")));
  }

  private record Streamed(ChatCompletion completion, Headers headers) {}

  private Streamed stream(ChatCompletionCreateParams question) {
    ChatCompletionCreateParams telling =
        question.toBuilder()
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
    try (HttpResponseFor<StreamResponse<ChatCompletionChunk>> response =
            client.chat().completions().withRawResponse().createStreaming(telling);
        StreamResponse<ChatCompletionChunk> chunks = response.parse()) {
      chunks.stream().map(ChatCompletionChunk::validate).forEach(accumulator::accumulate);
      return new Streamed(accumulator.chatCompletion(), response.headers());
    }
  }

  private static ChatCompletionCreateParams.Builder question(String model) {
    return ChatCompletionCreateParams.builder()
        .model(model)
        .maxCompletionTokens(300)
        .addSystemMessage("Answer from the context only.\n\nContext: " + CONTEXT)
        .addUserMessage("How many bytes does a sector hold?");
  }

  /** A new request whose response can be cached. */
  private static ChatCompletionCreateParams repeatable(String model) {
    return question(model).temperature(0).stop(UUID.randomUUID().toString()).build();
  }

  /** Equal in all but the id. */
  private static void assertSame(ChatCompletion plain, ChatCompletion streamed) {
    assertEquals(1, streamed.choices().size());
    ChatCompletion.Choice expected = plain.choices().getFirst();
    ChatCompletion.Choice choice = streamed.choices().getFirst();
    assertEquals(expected.message().content(), choice.message().content());
    assertEquals(expected.message().refusal(), choice.message().refusal());
    assertEquals(expected.finishReason(), choice.finishReason());
    assertEquals(plain.usage(), streamed.usage());
    assertEquals(plain.model(), streamed.model());
  }

  private static String text(ChatCompletion completion) {
    return completion.choices().getFirst().message().content().orElse("");
  }
}
