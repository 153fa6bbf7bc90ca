package dev.tollgate.invocation;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.budget.InMemoryBudgetStore;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.InMemoryResponseCache;
import dev.tollgate.cache.SingleFlight;
import dev.tollgate.cost.calls.CallLog;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.KeyRestrictions;
import dev.tollgate.identity.Role;
import dev.tollgate.invocation.Invocation.Input;
import dev.tollgate.invocation.InvocationResult.Answered;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.InMemoryPromptStore;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.ParseResult;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import dev.tollgate.provider.anthropic.MessagesJson;
import dev.tollgate.provider.openai.ChatJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The call pipeline on scripted providers and in-memory stores, and requests to it. */
abstract class LlmInvokerFixture {
  static final ObjectMapper JSON = new ObjectMapper();
  static final PromptName NAME = new PromptName("rag");
  static final Caller SEARCH = new Caller("key_1", "search", Set.of(Role.INVOKE));
  static final Caller SALES = new Caller("key_2", "sales", Set.of(Role.INVOKE));

  static final Reply.ProviderError OVERLOADED =
      new Reply.ProviderError(529, "overloaded_error", "Overloaded", Optional.empty());

  static final ChangeRequest CHANGE =
      new ChangeRequest("key_1", Optional.of("test"), OptionalLong.empty());

  Instant now = Instant.parse("2026-11-22T10:00:00Z");
  final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  final PromptRegistry registry = new PromptRegistry(new InMemoryPromptStore(), clock);
  final ScriptedProvider provider = new ScriptedProvider(Provider.ANTHROPIC, "claude-haiku-4-5");
  final ScriptedProvider openAi = new ScriptedProvider(Provider.OPENAI, "gpt-4o");
  final InMemoryResponseCache cache = new InMemoryResponseCache();
  final ScriptedFlights flights = new ScriptedFlights();
  final InMemoryLog log = new InMemoryLog();
  final ByteArrayOutputStream deadLetters = new ByteArrayOutputStream();
  final InMemoryBudgetStore budgets = new InMemoryBudgetStore();
  final TestPipeline pipeline =
      new TestPipeline(registry, clock)
          .providers(provider, openAi)
          .sleeper(duration -> now = now.plus(duration))
          .cache(cache)
          .singleFlight(flights)
          .log(log)
          .deadLetters(deadLetters)
          .budgets(budgets);
  final LlmInvoker invoker = pipeline.invoker();

  void register(String text, String temperature) {
    register(
        PromptContent.ofText(
            text, "claude-haiku-4-5", Optional.of(new BigDecimal(temperature)), 200));
  }

  void register(PromptContent content) {
    registry.register(NAME, content, "ada", "", CHANGE);
  }

  void activate(int version) {
    registry.activate(NAME, version, true, CHANGE);
  }

  Invocation direct(Caller caller, String temperature) {
    return new Invocation(
        caller,
        "docs",
        Optional.of("alice"),
        input(temperature),
        CacheDirectives.DEFAULT,
        Purpose.LIVE,
        now.plusSeconds(20));
  }

  Invocation direct(ModelRequest request) {
    return new Invocation(
        SEARCH,
        "docs",
        Optional.empty(),
        new Input.Direct(request),
        CacheDirectives.DEFAULT,
        Purpose.LIVE,
        now.plusSeconds(20));
  }

  static Input input(String temperature) {
    return new Input.Direct(request("claude-haiku-4-5", 100, temperature, "{}"));
  }

  Invocation managed(Map<String, String> variables, Optional<ModelRequest> sent) {
    return managed(SEARCH, variables, sent);
  }

  Invocation managed(Caller caller, Map<String, String> variables, Optional<ModelRequest> sent) {
    Map<String, JsonNode> values = new HashMap<>();
    variables.forEach((name, value) -> values.put(name, TextNode.valueOf(value)));
    return new Invocation(
        caller,
        "docs",
        Optional.empty(),
        new Input.Managed(NAME, new VersionRef.Production(), values, messages(), sent, true),
        CacheDirectives.DEFAULT,
        Purpose.LIVE,
        now.plusSeconds(20));
  }

  static Caller limited(Set<String> models, Set<String> prompts) {
    return new Caller(
        "key_3", "key_3", "search", Set.of(Role.INVOKE), new KeyRestrictions(models, prompts));
  }

  static ModelRequest chat(String model, String others) {
    try {
      ObjectNode body = (ObjectNode) JSON.readTree(others);
      body.put("model", model).set("messages", messages());
      return read(ChatJson.parseRequest(body));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static ModelRequest request(String model, int maxTokens, String temperature, String others) {
    try {
      ObjectNode body = (ObjectNode) JSON.readTree(others);
      body.put("model", model)
          .put("max_tokens", maxTokens)
          .put("temperature", new BigDecimal(temperature))
          .set("messages", messages());
      return read(MessagesJson.parseRequest(body, Optional.empty(), Optional.empty()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static ModelRequest read(ParseResult result) {
    return switch (result) {
      case ParseResult.Parsed(ModelRequest request) -> request;
      case ParseResult.Invalid invalid -> throw new AssertionError(invalid);
    };
  }

  static ArrayNode messages() {
    ArrayNode messages = JSON.createArrayNode();
    messages.addObject().put("role", "user").put("content", "question");
    return messages;
  }

  static Answered answered(InvocationResult result) {
    return assertInstanceOf(Answered.class, result);
  }

  /** Answers "answer 1", "answer 2", ... after 40 ms on the test clock, or another latency. */
  final class ScriptedProvider implements ModelProvider {
    final Provider provider;
    final String model;
    final List<ModelRequest> requests = new ArrayList<>();
    FinishReason finishReason = FinishReason.END_TURN;
    Optional<String> text = Optional.empty();
    final Deque<Reply.Failure> failures = new ArrayDeque<>();
    Duration latency = Duration.ofMillis(40);

    ScriptedProvider(Provider provider, String model) {
      this.provider = provider;
      this.model = model;
    }

    @Override
    public Provider provider() {
      return provider;
    }

    @Override
    public Reply invoke(ModelRequest request, Duration timeout) {
      requests.add(request);
      now = now.plus(latency);
      if (!failures.isEmpty()) {
        return failures.pop();
      }
      ObjectNode body =
          JSON.createObjectNode().put("text", text.orElse("answer " + requests.size()));
      return new Reply.Answered(parseResponse(body));
    }

    @Override
    public ModelResponse parseResponse(ObjectNode body) {
      if (!body.has("text")) {
        throw new IllegalArgumentException("no answer");
      }
      return new ModelResponse(
          model, finishReason, new Usage(100, 0, 0, 0, 50, 0), body.path("text").asText(), body);
    }
  }

  /** Makes the caller a follower for each turn, which runs first, and else the leader. */
  static final class ScriptedFlights implements SingleFlight {
    final Deque<Runnable> turns = new ArrayDeque<>();
    boolean uncoordinated;
    int abandoned;
    int closed;

    @Override
    public FlightRole acquire(CacheKey key) {
      if (uncoordinated) {
        return new FlightRole.Uncoordinated();
      }
      if (!turns.isEmpty()) {
        turns.pop().run();
        return new FlightRole.Follower();
      }
      return new FlightRole.Leader(
          new Leadership() {
            @Override
            public void abandon() {
              abandoned++;
            }

            @Override
            public void close() {
              closed++;
            }
          });
    }
  }

  final class InMemoryLog implements CallLog {
    final List<CallRecord> records = new ArrayList<>();
    final List<Duration> timeouts = new ArrayList<>();
    Duration delay = Duration.ZERO;
    boolean unavailable;

    @Override
    public void append(CallRecord call, Duration timeout) {
      timeouts.add(timeout);
      now = now.plus(delay);
      if (unavailable) {
        throw new CallNotLoggedException(call.id(), new IllegalStateException("unavailable"));
      }
      records.add(call);
    }
  }
}
