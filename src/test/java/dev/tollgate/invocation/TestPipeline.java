package dev.tollgate.invocation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.budget.BudgetAccounts;
import dev.tollgate.budget.BudgetService;
import dev.tollgate.budget.BudgetStore;
import dev.tollgate.budget.InMemoryBudgetAccounts;
import dev.tollgate.budget.InMemoryBudgetStore;
import dev.tollgate.budget.TestBudgets;
import dev.tollgate.cache.InMemoryResponseCache;
import dev.tollgate.cache.InMemorySemanticIndex;
import dev.tollgate.cache.ResponseCache;
import dev.tollgate.cache.SemanticCache;
import dev.tollgate.cache.SingleFlight;
import dev.tollgate.cost.calls.CallLog;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.DeadLetterLog;
import dev.tollgate.cost.pricing.PriceBook;
import dev.tollgate.event.EventPublisher;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.Usage;
import dev.tollgate.semantic.Veto;
import dev.tollgate.semantic.WordEmbedder;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Builds the call pipeline with in-memory parts, each of which a test can replace. */
public final class TestPipeline {
  private static final ModelCatalogue MODELS = ModelCatalogue.load();
  private static final PriceBook PRICES = PriceBook.load();
  private static final Duration HOUR = Duration.ofHours(1);

  private final PromptRegistry registry;
  private final Clock clock;
  private final List<CallRecord> records = Collections.synchronizedList(new ArrayList<>());
  private List<ModelProvider> providers =
      List.of(new GreetingProvider(Provider.ANTHROPIC), new GreetingProvider(Provider.OPENAI));
  private int failures = 10;
  private boolean useSuccessors;
  private Sleeper sleeper = _ -> {};
  private ResponseCache cache = new InMemoryResponseCache();
  private Optional<SemanticCache> semantic = Optional.empty();
  private SingleFlight singleFlight = _ -> new SingleFlight.FlightRole.Uncoordinated();
  private CallLog log = (record, _) -> records.add(record);
  private OutputStream deadLetters = OutputStream.nullOutputStream();
  private EventPublisher events = _ -> {};
  private BudgetStore budgets = new InMemoryBudgetStore();
  private Optional<BudgetAccounts> accounts = Optional.empty();

  public TestPipeline(PromptRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
  }

  /** By default, the models of both providers answer "Hello.". */
  TestPipeline providers(ModelProvider... providers) {
    this.providers = List.of(providers);
    return this;
  }

  /** Calls providers however often they fail. */
  TestPipeline withoutCircuitBreaker() {
    failures = Integer.MAX_VALUE;
    return this;
  }

  TestPipeline usingSuccessors() {
    useSuccessors = true;
    return this;
  }

  /** By default, a backoff takes no time. */
  TestPipeline sleeper(Sleeper sleeper) {
    this.sleeper = sleeper;
    return this;
  }

  TestPipeline cache(ResponseCache cache) {
    this.cache = cache;
    return this;
  }

  TestPipeline semantic(SemanticCache semantic) {
    this.semantic = Optional.of(semantic);
    return this;
  }

  /** By default, calls are not coordinated. */
  TestPipeline singleFlight(SingleFlight singleFlight) {
    this.singleFlight = singleFlight;
    return this;
  }

  /** Replaces the log of the {@link #records()}. */
  TestPipeline log(CallLog log) {
    this.log = log;
    return this;
  }

  TestPipeline deadLetters(OutputStream deadLetters) {
    this.deadLetters = deadLetters;
    return this;
  }

  TestPipeline events(EventPublisher events) {
    this.events = events;
    return this;
  }

  TestPipeline budgets(BudgetStore budgets) {
    this.budgets = budgets;
    return this;
  }

  TestPipeline accounts(BudgetAccounts accounts) {
    this.accounts = Optional.of(accounts);
    return this;
  }

  public LlmInvoker invoker() {
    BudgetService budgetService =
        TestBudgets.of(
            budgets, accounts.orElseGet(() -> new InMemoryBudgetAccounts(log)), log, clock);
    return new LlmInvoker(
        new PromptResolver(registry, _ -> Optional.empty(), clock),
        MODELS,
        new ModelSelector(MODELS, clock, useSuccessors),
        pipeline(budgetService),
        budgetService,
        clock);
  }

  private CallPipeline pipeline(BudgetService budgetService) {
    ModelProviders clients = new ModelProviders(providers, events, failures, Duration.ofSeconds(5));
    CallRecordFactory factory = new CallRecordFactory(PRICES, MODELS, clock);
    CallRecorder recorder =
        new CallRecorder(
            log,
            new DeadLetterLog(
                new ObjectMapper(), new PrintStream(deadLetters, true, StandardCharsets.UTF_8)),
            events,
            clock);
    AnswerCache answers =
        new AnswerCache(
            cache,
            semantic.orElseGet(this::semanticInMemory),
            clients,
            factory,
            recorder,
            events,
            clock,
            HOUR);
    ModelInvoker models =
        new ModelInvoker(
            new RetryingInvoker(clients, sleeper, events, clock),
            budgetService,
            new WorstCaseCost(MODELS, PRICES),
            factory,
            recorder);
    return new CallPipeline(answers, singleFlight, models, sleeper, clock);
  }

  private SemanticCache semanticInMemory() {
    return new SemanticCache(
        new WordEmbedder(), new InMemorySemanticIndex(clock), new Veto(), cache, clock, HOUR);
  }

  public IdempotencyService idempotency() {
    return new IdempotencyService(new InMemoryClaimStore(), cache, sleeper, clock);
  }

  /** The recorded calls in order. */
  public List<CallRecord> records() {
    return List.copyOf(records);
  }

  /** Answers "Hello." in its provider's wire format. */
  private record GreetingProvider(Provider provider) implements ModelProvider {
    private static final String TEXT = "Hello.";

    @Override
    public Reply invoke(ModelRequest request, Duration timeout) {
      return new Reply.Answered(
          parseResponse(
              switch (provider) {
                case ANTHROPIC -> message(request.model());
                case OPENAI -> completion(request.model());
              }));
    }

    private static ObjectNode message(String model) {
      ObjectNode body =
          JsonNodeFactory.instance
              .objectNode()
              .put("id", "msg_1")
              .put("type", "message")
              .put("role", "assistant")
              .put("model", model)
              .put("stop_reason", "end_turn");
      body.putArray("content").addObject().put("type", "text").put("text", TEXT);
      body.putObject("usage").put("input_tokens", 10).put("output_tokens", 2);
      return body;
    }

    private static ObjectNode completion(String model) {
      ObjectNode body =
          JsonNodeFactory.instance
              .objectNode()
              .put("id", "chatcmpl-1")
              .put("object", "chat.completion")
              .put("model", model);
      ObjectNode choice =
          body.putArray("choices").addObject().put("index", 0).put("finish_reason", "stop");
      choice.putObject("message").put("role", "assistant").put("content", TEXT);
      body.putObject("usage").put("prompt_tokens", 10).put("completion_tokens", 2);
      return body;
    }

    @Override
    public ModelResponse parseResponse(ObjectNode body) {
      return new ModelResponse(
          body.path("model").asText(),
          FinishReason.END_TURN,
          new Usage(10, 0, 0, 0, 2, 0),
          TEXT,
          body);
    }
  }
}
