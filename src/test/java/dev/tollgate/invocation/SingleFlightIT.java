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
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.InMemoryPromptStore;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.prompt.content.CacheScope;
import dev.tollgate.prompt.content.CacheSettings;
import dev.tollgate.prompt.content.ModelSettings;
import dev.tollgate.prompt.content.PromptCaching;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.PromptTemplate;
import dev.tollgate.prompt.content.SemanticCaching;
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

/** 32 concurrent, equal calls with a real Redis. */
final class SingleFlightIT {
  private static final int CALLS = 32;
  private static final Caller CALLER = new Caller("key_1", "search", Set.of(Role.INVOKE));
  private static final PromptName PROMPT = new PromptName("support");
  private static final ChangeRequest CHANGE =
      new ChangeRequest("key_1", Optional.of("test"), OptionalLong.empty());
  private static final URI UNREACHABLE = URI.create("redis://127.0.0.1:1");

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
  void oneOfEqualCallsReachesModel() throws Exception {
    invokeConcurrently(TestEngines.engines().redis().url(), "");

    assertEquals(1, modelRequests());
    assertEquals(CALLS - 1, cacheHits());
  }

  @Test
  void oneOfEqualCallsReachesModelWithSemanticCache() throws Exception {
    registry.register(
        PROMPT,
        new PromptContent(
            PromptTemplate.ofText("Be brief."),
            new ModelSettings("claude-haiku-4-5", Optional.of(BigDecimal.ONE), 50, List.of()),
            Map.of(),
            new CacheSettings(
                false,
                CacheScope.TEAM,
                PromptCaching.OFF,
                Optional.of(
                    new SemanticCaching(
                        SemanticCaching.DEFAULT_THRESHOLD, Optional.empty(), Optional.empty())))),
        "ada",
        "",
        CHANGE);
    registry.activate(PROMPT, 1, true, CHANGE);
    invokeConcurrently(
        TestEngines.engines().redis().url(),
        text ->
            new Input.Managed(
                PROMPT,
                new VersionRef.Production(),
                Map.of(),
                messages(text),
                Optional.empty(),
                true));

    assertEquals(1, modelRequests());
    assertEquals(CALLS - 1, cacheHits());
  }

  @Test
  void everyCallReachesModelIfAnswerIsNotCacheable() throws Exception {
    invokeConcurrently(TestEngines.engines().redis().url(), "+simulate=max_tokens");

    assertEquals(CALLS, modelRequests());
    assertEquals(0, cacheHits());
  }

  @Test
  void everyCallReachesModelWithoutRedis() throws Exception {
    invokeConcurrently(UNREACHABLE, "");

    assertEquals(CALLS, modelRequests());
  }

  private void invokeConcurrently(URI redisUrl, String modelSuffix) throws Exception {
    invokeConcurrently(
        redisUrl,
        text ->
            new Input.Direct(
                MessagesJson.newRequest(
                    "claude-haiku-4-5" + modelSuffix,
                    50,
                    Optional.empty(),
                    messages(text),
                    Optional.of(BigDecimal.ZERO))));
  }

  private void invokeConcurrently(URI redisUrl, Function<String, Input> question) throws Exception {
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

  private static ArrayNode messages(String text) {
    ArrayNode messages = new ObjectMapper().createArrayNode();
    messages.addObject().put("role", "user").put("content", text);
    return messages;
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

  private long modelRequests() throws IOException {
    return new ObjectMapper()
        .readTree(model.url().resolve("/_requests").toURL())
        .path("count")
        .asLong();
  }

  private long cacheHits() {
    return pipeline.records().stream()
        .filter(record -> record.cache() == CacheOutcome.EXACT)
        .count();
  }
}
