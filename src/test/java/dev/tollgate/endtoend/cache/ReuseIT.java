package dev.tollgate.endtoend.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The response cache and single flight, across several processes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReuseIT {
  private final LocalCloud cloud;
  private final ApiClient invoke;

  ReuseIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("reuse");
    invoke = new ApiClient(cloud.url(), cloud.keys().invoke());
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  private static String question(String text, String temperature, String behaviour) {
    ObjectNode body =
        ApiClient.JSON
            .createObjectNode()
            .put("model", "claude-haiku-4-5" + behaviour)
            .put("max_tokens", 50)
            .put("temperature", new BigDecimal(temperature));
    body.putArray("messages").addObject().put("role", "user").put("content", text);
    return body.toString();
  }

  private long requestCount(String text) throws IOException, InterruptedException {
    String log =
        new ApiClient(cloud.model().orElseThrow().url(), "x").get("/_requests").body().toString();
    return IntStream.range(0, log.length()).filter(i -> log.startsWith(text, i)).count();
  }

  @Test
  void concurrentEqualCallsReachModelOnce() throws Exception {
    String warm = question("Warm?", "1", "+simulate=delay:500");
    atOnce(16, warm);
    assertTrue(cloud.lambda().processes("invokeLlm").size() > 4);
    String text = "Once only? " + UUID.randomUUID();
    List<ApiResponse> responses = atOnce(32, question(text, "0", "+simulate=delay:1500"));

    assertTrue(
        responses.stream().allMatch(response -> response.status() == 200), responses.toString());
    assertEquals(1, requestCount(text));
    assertEquals(
        31, responses.stream().filter(it -> it.header("x-tollgate-cache").equals("exact")).count());
    assertEquals(1, responses.stream().map(ApiResponse::body).distinct().count());
  }

  @Test
  void anotherCallTakesOverFromKilledFunction() throws Exception {
    String text = "Killed? " + UUID.randomUUID();
    String body = question(text, "0", "+simulate=delay:3000");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ApiResponse> killed = threads.submit(() -> invoke.post("/v1/messages", body));
      assertEquals(1, Eventually.get(() -> requestCount(text), count -> count == 1));
      List<Long> asking = cloud.lambda().busyProcesses("invokeLlm");
      assertEquals(1, asking.size());
      Future<List<ApiResponse>> others = threads.submit(() -> atOnce(31, body));
      Eventually.get(
          () -> cloud.lambda().busyProcesses("invokeLlm").size(), working -> working > 3);
      assertTrue(ProcessHandle.of(asking.getFirst()).orElseThrow().destroyForcibly());

      assertEquals(502, killed.get().status());
      assertEquals(List.of(), others.get().stream().filter(it -> it.status() != 200).toList());
      // The killed call, the one that took over, and perhaps one whose deadline was too near.
      long requestCount = requestCount(text);
      assertTrue(requestCount >= 2 && requestCount <= 3, "requests: " + requestCount);
    }
  }

  /** Last, because a function does not use Redis for a while after a failure. */
  @Test
  @Order(Integer.MAX_VALUE)
  void concurrentCallsSucceedIfRedisStops() throws Exception {
    String text = "Without? " + UUID.randomUUID();
    String body = question(text, "0", "+simulate=delay:1000");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<ApiResponse>> all = threads.submit(() -> atOnce(32, body));
      assertEquals(1, Eventually.get(() -> requestCount(text), count -> count > 0));
      cloud.engines().redis().stop();

      assertEquals(List.of(), all.get().stream().filter(it -> it.status() != 200).toList());
      assertTrue(requestCount(text) > 1);
    }
  }

  @Test
  void noCallWaitsForUncacheableAnswer() throws Exception {
    String text = "Refused? " + UUID.randomUUID();
    List<ApiResponse> responses = atOnce(4, question(text, "0", "+simulate=refusal"));

    assertTrue(
        responses.stream().allMatch(response -> response.status() == 200), responses.toString());
    assertTrue(
        responses.stream()
            .allMatch(response -> response.header("x-tollgate-cache").equals("none")));
    assertEquals(4, requestCount(text));
  }

  private List<ApiResponse> atOnce(int calls, String body) throws Exception {
    List<Callable<ApiResponse>> tasks =
        IntStream.range(0, calls)
            .<Callable<ApiResponse>>mapToObj(_ -> () -> invoke.post("/v1/messages", body))
            .toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return threads.invokeAll(tasks).stream().map(Future::resultNow).toList();
    }
  }

  @Test
  void headersControlReuse() throws Exception {
    String body = question("Headers? " + UUID.randomUUID(), "1", "");
    assertEquals("none", cache(body, "x-tollgate-cacheable", "true"));
    ApiResponse reused = invoke.post("/v1/messages", body, "x-tollgate-cacheable", "true");
    assertEquals("exact", reused.header("x-tollgate-cache"));
    assertEquals(64, reused.header("x-tollgate-cache-key").length());
    assertFalse(reused.header("age").isEmpty());
    assertEquals("none", cache(body));
    assertEquals("none", cache(body, "x-tollgate-cacheable", "true", "cache-control", "no-cache"));
    assertEquals("none", cache(body, "x-tollgate-cacheable", "true", "cache-control", "no-store"));
    assertEquals("exact", cache(body, "x-tollgate-cacheable", "true"));
    assertEquals(
        "400 invalid_request_error invalid_value x-tollgate-cacheable",
        invoke.post("/v1/messages", body, "x-tollgate-cacheable", "maybe").error());
    assertEquals(
        "400 invalid_request_error invalid_value x-tollgate-cache-ttl",
        invoke.post("/v1/messages", body, "x-tollgate-cache-ttl", "0").error());
  }

  @Test
  void ttlHeaderLimitsReuse() throws Exception {
    String body = question("Shortly? " + UUID.randomUUID(), "0", "");
    assertEquals("none", cache(body, "x-tollgate-cache-ttl", "1"));
    Thread.sleep(1500);

    assertEquals("none", cache(body));
    assertEquals("exact", cache(body));
  }

  private String cache(String body, String... headers) throws Exception {
    ApiResponse response = invoke.post("/v1/messages", body, headers);
    assertEquals(200, response.status(), response.body().toString());
    return response.header("x-tollgate-cache");
  }
}
