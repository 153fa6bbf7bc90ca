package dev.tollgate.endtoend.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.Keys;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Idempotency keys: calls that clients send repeatedly and Tollgate makes once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class IdempotencyIT {
  private static final String REPLAY = "x-tollgate-idempotent-replay";

  private final LocalCloud cloud;
  private final ApiClient invoke;

  IdempotencyIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("idem");
    invoke = new ApiClient(cloud.url(), cloud.keys().invoke());
  }

  @BeforeAll
  void activatePrompt() throws IOException, InterruptedException {
    TestClouds.activatePrompt(cloud, "once", "gpt-5.4");
    // A new process may not be connected to Redis at its first response.
    String body = question("claude-haiku-4-5", "Warm?");
    invoke.post("/v1/messages", body, "idempotency-key", unique());
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  /** A request whose response is not cached. */
  private static String question(String model, String text) {
    ObjectNode body =
        ApiClient.JSON
            .createObjectNode()
            .put("model", model)
            .put("max_tokens", 50)
            .put("temperature", 1);
    body.putArray("messages").addObject().put("role", "user").put("content", text);
    return body.toString();
  }

  private static String unique() {
    return UUID.randomUUID().toString();
  }

  private long requestCount(String text) throws IOException, InterruptedException {
    String log =
        new ApiClient(cloud.model().orElseThrow().url(), "x").get("/_requests").body().toString();
    return IntStream.range(0, log.length()).filter(i -> log.startsWith(text, i)).count();
  }

  private int calls() {
    return TestClouds.endedCalls(cloud);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/messages, claude-haiku-4-5",
    "/v1/chat/completions, gpt-5.4",
    "/v1/prompts/once/invoke,"
  })
  void retryReplaysResponseWithoutSecondCall(String path, String model) throws Exception {
    String text = "Again? " + unique();
    String body =
        model == null
            ? "{\"variables\": {\"context\": \"none\"}, \"input\": \"%s\"}".formatted(text)
            : question(model, text);
    String key = unique();
    int before = calls();
    ApiResponse first = invoke.post(path, body, "idempotency-key", key);
    ApiResponse second = invoke.post(path, body, "idempotency-key", key);

    assertEquals(200, first.status(), first.body().toString());
    assertEquals("", first.header(REPLAY));
    assertEquals(200, second.status(), second.body().toString());
    assertEquals("true", second.header(REPLAY));
    assertEquals(first.response().body(), second.response().body());
    for (String header :
        List.of("content-type", "x-tollgate-call-id", "x-tollgate-cost-usd", "x-tollgate-cache")) {
      assertEquals(first.header(header), second.header(header));
    }
    assertEquals(1, requestCount(text));
    assertEquals(before + 1, calls());
  }

  @Test
  void retryReplaysStream() throws Exception {
    String body =
        ApiClient.JSON
            .readTree(question("gpt-5.4", unique()))
            .<ObjectNode>deepCopy()
            .put("stream", true)
            .toString();
    HttpRequest request =
        HttpRequest.newBuilder(cloud.url().resolve("/v1/chat/completions"))
            .header("x-api-key", cloud.keys().invoke())
            .header("idempotency-key", unique())
            .POST(BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      var first = client.send(request, BodyHandlers.ofString());
      var second = client.send(request, BodyHandlers.ofString());

      assertTrue(first.body().endsWith("data: [DONE]\n\n"), first.body());
      assertEquals(first.body(), second.body());
      assertEquals("text/event-stream", second.headers().firstValue("content-type").orElse(""));
      assertEquals("true", second.headers().firstValue(REPLAY).orElse(""));
    }
  }

  @Test
  void eightConcurrentRetriesReachModelOnce() throws Exception {
    // Eight processes first, so that all are started and connected to Redis.
    atOnce(
        8,
        question("claude-haiku-4-5+simulate=delay:500", "Warm?"),
        "x-tollgate-cacheable",
        "true",
        "cache-control",
        "no-cache");
    String text = "All at once? " + unique();
    int before = calls();
    List<ApiResponse> responses =
        atOnce(
            8, question("claude-haiku-4-5+simulate=delay:1500", text), "idempotency-key", unique());

    assertTrue(responses.stream().allMatch(answer -> answer.status() == 200), responses.toString());
    assertEquals(
        1, responses.stream().map(it -> it.header("x-tollgate-call-id")).distinct().count());
    assertEquals(7, responses.stream().filter(it -> it.header(REPLAY).equals("true")).count());
    assertEquals(1, requestCount(text));
    assertEquals(before + 1, calls());
  }

  private List<ApiResponse> atOnce(int calls, String body, String... headers) throws Exception {
    List<Callable<ApiResponse>> tasks =
        IntStream.range(0, calls)
            .<Callable<ApiResponse>>mapToObj(_ -> () -> invoke.post("/v1/messages", body, headers))
            .toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return threads.invokeAll(tasks).stream().map(Future::resultNow).toList();
    }
  }

  @Test
  void keyIdentifiesOneRequestOfOneTeam() throws Exception {
    String text = "Whose? " + unique();
    String body = question("claude-haiku-4-5", text);
    String key = unique();
    invoke.post("/v1/messages", body, "idempotency-key", key);

    String reused = "422 invalid_request_error idempotency_key_reused idempotency-key";
    assertEquals(
        reused,
        invoke
            .post("/v1/messages", question("claude-haiku-4-5", "else"), "idempotency-key", key)
            .error());
    assertEquals(reused, invoke.post("/v1/chat/completions", body, "idempotency-key", key).error());
    assertEquals(
        reused,
        invoke
            .post("/v1/messages", body, "idempotency-key", key, "x-tollgate-endpoint", "other")
            .error());
    ApiClient sales = new ApiClient(cloud.url(), Keys.create(cloud.lambda(), "sales", "invoke"));
    assertEquals("", sales.post("/v1/messages", body, "idempotency-key", key).header(REPLAY));
    // Another key of the same team may have other restrictions.
    assertEquals(
        reused,
        new ApiClient(cloud.url(), Keys.create(cloud.lambda(), "sales", "invoke"))
            .post("/v1/messages", body, "idempotency-key", key)
            .error());
    assertEquals(2, requestCount(text));
    assertEquals(
        "400 invalid_request_error invalid_value idempotency-key",
        invoke.post("/v1/messages", body, "idempotency-key", "two words").error());
  }

  @Test
  void failedCallCanBeRetried() throws Exception {
    String key = unique();
    assertEquals(
        429,
        invoke
            .post(
                "/v1/messages",
                question("claude-haiku-4-5+simulate=429", "q"),
                "idempotency-key",
                key)
            .status());
    assertEquals(400, invoke.post("/v1/messages", "{}", "idempotency-key", key).status());
    ApiResponse succeeded =
        invoke.post("/v1/messages", question("claude-haiku-4-5", "q"), "idempotency-key", key);

    assertEquals(200, succeeded.status(), succeeded.body().toString());
    assertEquals("", succeeded.header(REPLAY));
  }

  /** Last, because processes do not use Redis for some seconds after a failure. */
  @Test
  @Order(Integer.MAX_VALUE)
  void responseThatRedisLostIsNotBilledTwice() throws Exception {
    String text = "Lost? " + unique();
    String body = question("claude-haiku-4-5", text);
    String key = unique();
    ApiResponse first = invoke.post("/v1/messages", body, "idempotency-key", key);
    String during = unique();
    cloud.engines().redis().stop();
    try {
      ApiResponse lost = invoke.post("/v1/messages", body, "idempotency-key", key);
      assertEquals("409 conflict_error idempotent_answer_lost idempotency-key", lost.error());
      assertEquals(first.header("x-tollgate-call-id"), lost.header("x-tollgate-call-id"));

      assertEquals(200, invoke.post("/v1/messages", body, "idempotency-key", during).status());
    } finally {
      cloud.engines().redis().restart();
    }
    assertEquals(409, invoke.post("/v1/messages", body, "idempotency-key", during).status());
    assertEquals(2, requestCount(text));
  }
}
