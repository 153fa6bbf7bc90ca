package dev.tollgate.endtoend.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.Headers;
import com.openai.core.http.HttpResponseFor;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.completions.CompletionUsage;
import com.openai.models.models.Model;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.Keys;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * OpenAI models through the official client, with and without a managed prompt.
 *
 * <p>One piece because its tests share a local cloud, which takes seconds to start.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OpenAiIT {
  private static final String MODEL = "gpt-5.4";
  private static final String CONTEXT = "A sector holds 512 bytes. The office opens at 9.";

  private final LocalCloud cloud;
  private final ApiClient admin;
  private final ApiClient invoke;
  private final ApiClient finance;
  private final OpenAIClient client;

  OpenAiIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("openai");
    admin = new ApiClient(cloud.url(), cloud.keys().admin());
    invoke = new ApiClient(cloud.url(), cloud.keys().invoke());
    finance = new ApiClient(cloud.url(), cloud.keys().finance());
    client = client(cloud.keys().invoke());
  }

  @BeforeAll
  void activatePrompts() throws IOException, InterruptedException {
    prompt("office", MODEL);
    prompt("claude", "claude-haiku-4-5");
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  @Test
  void officialClientGetsResponse() {
    Reply reply =
        call(
            question("How many bytes does a sector hold?")
                .addDeveloperMessage("Answer from the context only.\n\nContext: " + CONTEXT)
                .maxCompletionTokens(100));

    ChatCompletion completion = reply.completion();
    assertTrue(reply.text().contains("512"), completion.toString());
    assertEquals(MODEL, completion.model());
    assertEquals(
        ChatCompletion.Choice.FinishReason.STOP, completion.choices().getFirst().finishReason());
    assertTrue(completion.usage().orElseThrow().promptTokens() > 0);
  }

  @Test
  void toolCallsPassThrough() {
    ChatCompletion completion =
        call(question("Find \"blue shoes\" please.")
                .addTool(
                    ChatCompletionFunctionTool.builder()
                        .function(
                            FunctionDefinition.builder()
                                .name("search")
                                .parameters(
                                    FunctionParameters.builder()
                                        .putAdditionalProperty("type", JsonValue.from("object"))
                                        .putAdditionalProperty(
                                            "properties",
                                            JsonValue.from(
                                                Map.of("query", Map.of("type", "string"))))
                                        .putAdditionalProperty(
                                            "required", JsonValue.from(List.of("query")))
                                        .build())
                                .build())
                        .build())
                .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED)
                .temperature(0))
            .completion();

    ChatCompletionMessage message = completion.choices().getFirst().message();
    assertEquals(
        "{\"query\":\"blue shoes\"}",
        message.toolCalls().orElseThrow().getFirst().asFunction().function().arguments());
  }

  @Test
  void secondIdenticalCallIsServedFromRedisForAnyKey() {
    String words = "When does the office open? " + UUID.randomUUID();
    ChatCompletionCreateParams.Builder question =
        question(words).addSystemMessage(CONTEXT).temperature(0);
    Reply first = call(question.user("rita"));
    Reply second = call(question.user("otto"));

    assertEquals("none", first.header("x-tollgate-cache"));
    assertEquals("exact", second.header("x-tollgate-cache"));
    assertEquals(first.header("x-tollgate-cost-usd"), second.header("x-tollgate-avoided-cost-usd"));
    assertEquals("0", second.header("x-tollgate-cost-usd"));
    assertFalse(first.header("x-tollgate-call-id").isEmpty());
    assertEquals(first.completion(), second.completion());
  }

  @Test
  void managedPromptUsesItsText() {
    ChatCompletionCreateParams.Builder question =
        ChatCompletionCreateParams.builder()
            .model("gpt-4o")
            .addUserMessage("When does the office open?")
            .maxCompletionTokens(7)
            .putAdditionalHeader("x-tollgate-prompt", "office")
            .putAdditionalHeader("x-tollgate-variables", variables().toString());
    Reply reply = call(question);

    assertTrue(reply.text().contains("opens at 9"), reply.toString());
    assertEquals(MODEL, reply.completion().model());
    assertEquals("office@1", reply.header("x-tollgate-prompt"));
    assertEquals("model,max_completion_tokens", reply.header("x-tollgate-ignored"));
  }

  @Test
  void managedPromptReturnsFigures() throws IOException, InterruptedException {
    ObjectNode body =
        ApiClient.JSON.createObjectNode().put("input", "How many bytes? " + UUID.randomUUID());
    body.set("variables", variables());
    ApiResponse first = invoke.post("/v1/prompts/office/invoke", body.toString());
    ApiResponse second = invoke.post("/v1/prompts/office/invoke", body.toString());

    assertEquals(200, first.status(), first.body().toString());
    assertTrue(first.body().path("text").asText().contains("512"), first.body().toString());
    assertEquals(MODEL, first.body().path("model").asText());
    assertEquals("end_turn", first.body().path("finish_reason").asText());
    assertTrue(first.body().path("cost_usd").decimalValue().signum() > 0);
    assertEquals("exact", second.body().path("cache").asText());
  }

  @Test
  void systemMessageOfPromptIsFirst() throws IOException, InterruptedException {
    String mark = UUID.randomUUID().toString();
    call(
        question(mark)
            .putAdditionalHeader("x-tollgate-prompt", "office")
            .putAdditionalHeader("x-tollgate-variables", variables().toString()));

    URI model = cloud.model().orElseThrow().url();
    JsonNode requests = new ApiClient(model, "x").get("/_requests").body();
    JsonNode sent = ApiClient.JSON.createObjectNode();
    for (JsonNode text : requests.findValues("body")) {
      JsonNode body = text.isTextual() ? ApiClient.JSON.readTree(text.textValue()) : text;
      sent = body.toString().contains(mark) ? body : sent;
    }
    assertEquals(List.of("system", "user"), sent.path("messages").findValuesAsText("role"));
    assertTrue(sent.path("messages").path(0).path("content").asText().contains("512 bytes"));
  }

  @ParameterizedTest(name = "{0} {1} {2}: {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/v1/chat/completions||{}|400 invalid_request_error invalid_value model",
        "/v1/chat/completions||{\"model\":\"gpt-4o\"}|400 invalid_request_error invalid_value"
            + " messages",
        "/v1/chat/completions||{\"model\":\"gpt-4o\",\"stream_options\":{},"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}|400 invalid_request_error"
            + " invalid_value stream_options",
        "/v1/chat/completions||{\"model\":\"gpt-4o\",\"user\":5,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}|400 invalid_request_error"
            + " invalid_value user",
        "/v1/chat/completions||{\"model\":\"gpt-4o\",\"safety_identifier\":\"\","
            + "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}|400 invalid_request_error"
            + " invalid_value safety_identifier",
        "/v1/chat/completions|office|{\"model\":\"gpt-4o\","
            + "\"messages\":[{\"role\":\"developer\",\"content\":\"q\"}]}|400"
            + " invalid_request_error invalid_value messages.0.role",
        "/v1/chat/completions|claude|{\"model\":\"gpt-4o\","
            + "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}|400 invalid_request_error"
            + " invalid_value x-tollgate-prompt",
        "/v1/messages|office|{\"model\":\"claude-haiku-4-5\",\"max_tokens\":9,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}|400 invalid_request_error"
            + " invalid_value x-tollgate-prompt"
      })
  void rejectsInvalidInputWithoutCall(String path, String prompt, String body, String error)
      throws IOException, InterruptedException {
    int calls = TestClouds.endedCalls(cloud);
    ApiResponse answer =
        prompt == null
            ? invoke.post(path, body)
            : invoke.post(path, body, "x-tollgate-prompt", prompt);

    assertEquals(error, answer.error(), answer.body().toString());
    assertEquals(calls, TestClouds.endedCalls(cloud));
  }

  @Test
  void promptOfOtherProviderNamesItsRoute() {
    BadRequestException wrong =
        assertThrows(
            BadRequestException.class,
            () -> call(question("q").putAdditionalHeader("x-tollgate-prompt", "claude")));

    assertTrue(wrong.toString().contains("/v1/messages"), wrong.toString());
    assertTrue(wrong.toString().contains("/v1/prompts/claude/invoke"), wrong.toString());
  }

  @Test
  void officialClientParsesEveryError() {
    OpenAIClient unknown = client(cloud.keys().admin() + "x");
    assertThrows(UnauthorizedException.class, () -> call(unknown, question("Hello?")));
    OpenAIClient reporting = client(cloud.keys().finance());
    assertThrows(PermissionDeniedException.class, () -> call(reporting, question("Hello?")));
    OpenAIServiceException missing =
        assertThrows(
            NotFoundException.class,
            () -> call(question("q").putAdditionalHeader("x-tollgate-prompt", "no-such-prompt")));
    assertEquals("prompt_not_found", missing.code().orElseThrow());
    OpenAIServiceException hot =
        assertThrows(BadRequestException.class, () -> call(question("q").temperature(3)));
    assertEquals("provider_declined", hot.code().orElseThrow());
    assertThrows(RateLimitException.class, () -> call(simulated("429")));
    assertThrows(InternalServerException.class, () -> call(simulated("500")));
    // If OpenAI rejects Tollgate's key, the caller's key is not to blame.
    OpenAIServiceException ours =
        assertThrows(InternalServerException.class, () -> call(simulated("401")));
    assertEquals("provider_refused_tollgate", ours.code().orElseThrow());
  }

  @Test
  void cachedTokensAreChargedOnceAtTheirRate() throws Exception {
    JsonNode before = TestClouds.settledReport(cloud);
    String text = UUID.randomUUID() + " The office opens at 9. ".repeat(300);
    BigDecimal cost = BigDecimal.ZERO;
    long tokens = 0;
    long cached = 0;
    for (String words : List.of("When does the office open?", "What opens at 9?")) {
      Reply reply =
          call(
              ChatCompletionCreateParams.builder()
                  .model(MODEL)
                  .addSystemMessage(text)
                  .addUserMessage(words)
                  .safetyIdentifier("paula")
                  .putAdditionalHeader("x-tollgate-endpoint", "cached"));
      CompletionUsage usage = reply.completion().usage().orElseThrow();
      long read =
          usage
              .promptTokensDetails()
              .flatMap(CompletionUsage.PromptTokensDetails::cachedTokens)
              .orElse(0L);
      BigDecimal expected =
          perMillion("2.50", usage.promptTokens() - read)
              .add(perMillion("0.25", read))
              .add(perMillion("15", usage.completionTokens()));
      assertEquals(0, expected.compareTo(new BigDecimal(reply.header("x-tollgate-cost-usd"))));
      cost = cost.add(expected);
      tokens += usage.totalTokens();
      cached += read;
    }
    assertTrue(cached >= 1024, "the second prompt begins as the first: " + cached);

    JsonNode after = TestClouds.settledReport(cloud);
    assertEquals(
        tokens, after.path("total_tokens").asLong() - before.path("total_tokens").asLong());
    assertEquals(
        0,
        cost.compareTo(
            after
                .path("total_usd")
                .decimalValue()
                .subtract(before.path("total_usd").decimalValue())));
    assertEquals(0, cost.compareTo(row(after, "top_users", "user_id", "paula")));
    assertEquals(0, cost.compareTo(row(after, "by_endpoint", "endpoint", "cached")));
    assertTrue(
        after.path("by_model").findValuesAsText("provider").contains("openai"), after.toString());
  }

  @Test
  void teamsDoNotShareAnswers() throws IOException, InterruptedException {
    OpenAIClient sales = client(Keys.create(cloud.lambda(), "sales", "invoke"));
    ChatCompletionCreateParams.Builder question =
        question("How large? " + UUID.randomUUID()).temperature(0);
    call(question);

    assertEquals("none", call(sales, question).header("x-tollgate-cache"));
    assertEquals("exact", call(sales, question).header("x-tollgate-cache"));
  }

  @Test
  void listsModelsInFormatOfClient() throws IOException, InterruptedException {
    List<Model> models = models(client);
    List<String> listed = models.stream().map(Model::id).toList();
    assertTrue(models.stream().allMatch(Model::isValid));
    assertTrue(models.stream().anyMatch(model -> model.shutdownDate().isPresent()));
    assertTrue(listed.containsAll(List.of("claude-haiku-4-5", MODEL)), listed.toString());

    HttpRequest request =
        HttpRequest.newBuilder(cloud.url().resolve("/v1/models"))
            .header("x-api-key", cloud.keys().invoke())
            .header("anthropic-version", "2023-06-01")
            .build();
    JsonNode anthropic =
        ApiClient.JSON.readTree(
            HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
    assertEquals(listed, anthropic.path("data").findValuesAsText("id"));
    assertEquals(listed.getLast(), anthropic.path("last_id").asText());
    assertFalse(anthropic.path("has_more").asBoolean(true));
  }

  @Test
  void findsModelByName() {
    assertEquals(
        models(client).getFirst(), client.models().retrieve(models(client).getFirst().id()));
    assertThrows(NotFoundException.class, () -> client.models().retrieve("gpt-none"));
  }

  private static List<Model> models(OpenAIClient client) {
    return client.models().list().data();
  }

  /** Tools for both APIs send both key headers, one of them empty. */
  @Test
  void emptyKeyHeaderDoesNotHideOtherHeader() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(cloud.url().resolve("/v1/models"))
            .header("x-api-key", "")
            .header("authorization", "Bearer " + cloud.keys().invoke())
            .build();

    assertEquals(
        200, HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode());
  }

  @Test
  void keyListsAndCallsOnlyAllowedModels() throws IOException, InterruptedException {
    String created =
        new String(
            cloud
                .lambda()
                .invoke(
                    "promptAdmin",
                    """
                    {"action": "createKey", "team": "local", "roles": ["invoke"],
                     "models": ["gpt-6*"]}
                    """
                        .getBytes(StandardCharsets.UTF_8))
                .payload(),
            StandardCharsets.UTF_8);
    OpenAIClient limited = client(ApiClient.JSON.readTree(created).path("secret").asText());

    assertEquals(
        List.of("gpt-6.1-sol", "gpt-6-sol", "gpt-6-luna"),
        limited.models().list().data().stream().map(Model::id).toList());
    assertThrows(PermissionDeniedException.class, () -> call(limited, question("q")));
  }

  private static BigDecimal perMillion(String rate, long tokens) {
    return new BigDecimal(rate).multiply(BigDecimal.valueOf(tokens)).movePointLeft(6);
  }

  private static BigDecimal row(JsonNode report, String list, String field, String value) {
    for (JsonNode row : report.path(list)) {
      if (row.path(field).asText().equals(value)) {
        return row.path("cost").decimalValue();
      }
    }
    throw new AssertionError(value + " is missing in " + report);
  }

  private record Reply(ChatCompletion completion, Headers headers) {
    String header(String name) {
      return String.join(",", headers.values(name));
    }

    String text() {
      return completion.choices().getFirst().message().content().orElse("");
    }
  }

  private Reply call(ChatCompletionCreateParams.Builder question) {
    return call(client, question);
  }

  private static Reply call(OpenAIClient client, ChatCompletionCreateParams.Builder question) {
    try (HttpResponseFor<ChatCompletion> response =
        client.chat().completions().withRawResponse().create(question.build())) {
      return new Reply(response.parse(), response.headers());
    }
  }

  private static ChatCompletionCreateParams.Builder question(String words) {
    return ChatCompletionCreateParams.builder().model(MODEL).addUserMessage(words);
  }

  private static ChatCompletionCreateParams.Builder simulated(String behaviour) {
    return question("Hello?").model(MODEL + "+simulate=" + behaviour);
  }

  private OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(cloud.url().resolve("/v1").toString())
        .apiKey(key)
        .maxRetries(0)
        .build();
  }

  private static ObjectNode variables() {
    return ApiClient.JSON.createObjectNode().put("context", CONTEXT);
  }

  private void prompt(String name, String model) throws IOException, InterruptedException {
    TestClouds.activate(
        cloud,
        name,
        ApiClient.JSON
            .createObjectNode()
            .put("content", "Use only the context.\n\nContext: {{context}}")
            .put("model", model)
            .put("temperature", 0));
  }
}
