package dev.tollgate.endtoend.cache;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cache.TestRedis;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.Keys;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Only complete answers are cached. The test looks in Redis, under a separate team for each case.
 * All calls run concurrently, because some are retried for a while.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AdmissionIT {
  private static final int AT_ONCE = 4;

  private static final String WHOLE = "whole";

  private static final List<String> ENDS =
      List.of(
          "max_tokens",
          "refusal",
          "tool_use",
          "pause_turn",
          "content_filter",
          "context_window",
          "unheard_of",
          "empty",
          "429",
          "529",
          "500",
          "cut-stream");

  private static final List<String> ENDS_OF_STREAMS = List.of("stream-error", "cut-stream:abort");

  private final LocalCloud cloud;
  private final TestRedis redis;
  private final Map<Case, ApiResponse> responses = new ConcurrentHashMap<>();

  AdmissionIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("admission");
    redis = new TestRedis(cloud.engines().redis().url(), Duration.ofSeconds(10));
  }

  @AfterAll
  void stop() {
    redis.close();
    cloud.close();
  }

  /** A call and the end of its response; {@code whole} if it is complete. */
  private record Case(String route, String model, boolean streamed, String end) {
    String team() {
      return "%s-%s-%s".formatted(model, streamed, end).replaceAll("[^a-z0-9-]", "-");
    }

    String body() {
      ObjectNode body =
          ApiClient.JSON
              .createObjectNode()
              .put("model", end.equals(WHOLE) ? model : model + "+simulate=" + end)
              .put("max_tokens", 50)
              .put("temperature", 0)
              .put("stream", streamed);
      body.putArray("messages")
          .addObject()
          .put("role", "user")
          .put(
              "content",
              "Context: A sector holds 512 bytes.\n\nHow many bytes does a sector hold?");
      return body.toString();
    }
  }

  @BeforeAll
  void makeCalls() throws Exception {
    Map<Case, ApiClient> callers = new LinkedHashMap<>();
    for (Case each :
        Stream.concat(completeAnswerIsCached(), incompleteAnswerIsNotCached()).toList()) {
      callers.put(
          each, new ApiClient(cloud.url(), Keys.create(cloud.lambda(), each.team(), "invoke")));
    }
    List<Callable<ApiResponse>> calls =
        callers.entrySet().stream()
            .<Callable<ApiResponse>>map(
                each ->
                    () -> {
                      ApiResponse response =
                          each.getValue().post(each.getKey().route(), each.getKey().body());
                      responses.put(each.getKey(), response);
                      return response;
                    })
            .toList();
    try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
      // The first calls may time out while their processes start; those of the cases must not.
      String key = Keys.create(cloud.lambda(), "warm", "invoke");
      Case warm = new Case("/v1/messages", "claude-haiku-4-5", false, "delay:1000");
      threads.invokeAll(
          Collections.nCopies(
              2 * AT_ONCE, () -> new ApiClient(cloud.url(), key).post(warm.route(), warm.body())));
      for (Future<ApiResponse> future : threads.invokeAll(calls)) {
        future.get();
      }
    }
  }

  @ParameterizedTest
  @MethodSource
  void incompleteAnswerIsNotCached(Case call) {
    ApiResponse response = requireNonNull(responses.get(call));

    assertNotEquals("exact", response.header("x-tollgate-cache"));
    assertNotEquals("", response.header("x-tollgate-call-id"), "the model was not asked");
    assertEquals(List.of(), entries(call));
  }

  static Stream<Case> incompleteAnswerIsNotCached() {
    return Stream.concat(
        ENDS.stream().flatMap(end -> Stream.concat(cases(false, end), cases(true, end))),
        ENDS_OF_STREAMS.stream().flatMap(end -> cases(true, end)));
  }

  /** The entry exists if the answer is complete. */
  @ParameterizedTest
  @MethodSource
  void completeAnswerIsCached(Case call) {
    ApiResponse response = requireNonNull(responses.get(call));

    assertEquals(200, response.status());
    assertEquals(
        List.of("tollgate:answer:" + call.team() + ":" + response.header("x-tollgate-cache-key")),
        entries(call));
  }

  static Stream<Case> completeAnswerIsCached() {
    return Stream.concat(cases(false, WHOLE), cases(true, WHOLE));
  }

  private static Stream<Case> cases(boolean streamed, String end) {
    return Stream.of(
        new Case("/v1/messages", "claude-haiku-4-5", streamed, end),
        new Case("/v1/chat/completions", "gpt-4o", streamed, end));
  }

  /** The entries of the team, without those for calls in progress. */
  private List<String> entries(Case call) {
    return redis.keys("tollgate:answer:" + call.team() + ":*").stream()
        .filter(key -> !key.endsWith(":flight"))
        .toList();
  }
}
