package dev.tollgate.invocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.tollgate.TestEngines;
import dev.tollgate.cache.TestRedis;
import dev.tollgate.cost.calls.CacheOutcome;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Role;
import dev.tollgate.invocation.Invocation.Input;
import dev.tollgate.local.model.SimulatedModel;
import dev.tollgate.prompt.CacheScope;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.InMemoryPromptStore;
import dev.tollgate.prompt.PromptCaching;
import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptTemplate;
import dev.tollgate.prompt.SemanticCaching;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.provider.anthropic.MessagesJson;
import dev.tollgate.provider.anthropic.PlainHttpAnthropicProvider;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Thirty-two equal calls at once through the pipeline, with a real Redis between them. */
final class SingleFlightIT {
  private static final int CALLS = 32;
  private static final Caller CALLER = new Caller("key_1", "search", Set.of(Role.INVOKE));
  private static final PromptName PROMPT = new PromptName("support");
  private static final ChangeRequest ORDER =
      new ChangeRequest("key_1", Optional.of("test"), OptionalLong.empty());
  private static final URI NOWHERE = URI.create("redis://127.0.0.1:1");

  private final SimulatedModel model = SimulatedModel.start(0);
  private final PlainHttpAnthropicProvider provider = new PlainHttpAnthropicProvider(model.url());
  private final PromptRegistry registry =
      new PromptRegistry(new InMemoryPromptStore(), Clock.systemUTC());
  private final TestPipeline pipeline =
      new TestPipeline(registry, Clock.systemUTC())
          .providers(provider)
          .sleeper(new ThreadSleeper());

  SingleFlightIT() throws IOException {}

  @AfterEach
  void stop() {
    model.close();
  }

  @Test
  void onlyOneOfThirtyTwoEqualCallsReachesTheModel() throws Exception {
    atOnce(TestEngines.engines().redis().url(), "");

    assertEquals(1, asked());
    assertEquals(CALLS - 1, reused());
  }

  @Test
  void thoseWhoseAnswersMayBeReusedForSimilarOnesReachItOnceToo() throws Exception {
    registry.register(
        PROMPT,
        new PromptContent(
            PromptTemplate.ofText("Be brief."),
            "claude-haiku-4-5",
            Optional.of(BigDecimal.ONE),
            50,
            Map.of(),
            false,
            CacheScope.TEAM,
            PromptCaching.OFF,
            List.of(),
            Optional.of(
                new SemanticCaching(
                    SemanticCaching.DEFAULT_THRESHOLD, Optional.empty(), Optional.empty()))),
        "ada",
        "",
        ORDER);
    registry.activate(PROMPT, 1, true, ORDER);
    atOnce(
        TestEngines.engines().redis().url(),
        text ->
            new Input.Managed(
                PROMPT,
                new VersionRef.Production(),
                Map.of(),
                turns(text),
                Optional.empty(),
                true));

    assertEquals(1, asked());
    assertEquals(CALLS - 1, reused());
  }

  @Test
  void anAnswerThatCannotBeKeptIsAskedForByEach() throws Exception {
    atOnce(TestEngines.engines().redis().url(), "+simulate=max_tokens");

    assertEquals(CALLS, asked());
    assertEquals(0, reused());
  }

  @Test
  void withoutRedisEachIsAnswered() throws Exception {
    atOnce(NOWHERE, "");

    assertEquals(CALLS, asked());
  }

  private void atOnce(URI redisUrl, String behaviour) throws Exception {
    atOnce(
        redisUrl,
        text ->
            new Input.Direct(
                MessagesJson.newRequest(
                    "claude-haiku-4-5" + behaviour,
                    50,
                    Optional.empty(),
                    turns(text),
                    Optional.of(BigDecimal.ZERO))));
  }

  private void atOnce(URI redisUrl, Function<String, Input> question) throws Exception {
    String text = "What is the answer? " + UUID.randomUUID();
    CountDownLatch start = new CountDownLatch(CALLS);
    try (TestRedis redis = new TestRedis(redisUrl, Duration.ofSeconds(10));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      LlmInvoker invoker =
          pipeline
              .cache(redis.cache(Optional.of("secret")))
              .semantic(redis.semantic("secret", Clock.systemUTC()))
              .singleFlight(redis.singleFlight())
              .invoker();
      List<Callable<InvocationResult>> tasks =
          IntStream.range(0, CALLS)
              .<Callable<InvocationResult>>mapToObj(
                  _ ->
                      () -> {
                        start.countDown();
                        start.await();
                        return invoker.invoke(invocation(question.apply(text)));
                      })
              .toList();
      List<InvocationResult> results =
          threads.invokeAll(tasks).stream().map(Future::resultNow).toList();
      results.forEach(result -> assertInstanceOf(InvocationResult.Answered.class, result));
      assertEquals(CALLS, pipeline.records().size());
    }
  }

  private static ArrayNode turns(String text) {
    ArrayNode turns = new ObjectMapper().createArrayNode();
    turns.addObject().put("role", "user").put("content", text);
    return turns;
  }

  private static Invocation invocation(Input question) {
    return new Invocation(
        CALLER,
        "docs",
        Optional.empty(),
        question,
        CacheDirectives.DEFAULT,
        Purpose.LIVE,
        Clock.systemUTC().instant().plusSeconds(60));
  }

  private long asked() throws IOException {
    return new ObjectMapper()
        .readTree(model.url().resolve("/_requests").toURL())
        .path("count")
        .asLong();
  }

  private long reused() {
    return pipeline.records().stream()
        .filter(record -> record.cache() == CacheOutcome.EXACT)
        .count();
  }
}
