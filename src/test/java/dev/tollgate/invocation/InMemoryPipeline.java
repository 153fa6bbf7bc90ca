package dev.tollgate.invocation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.budget.TestBudgets;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CachedAnswer;
import dev.tollgate.cache.InMemorySemanticIndex;
import dev.tollgate.cache.ResponseCache;
import dev.tollgate.cache.SemanticCache;
import dev.tollgate.cache.SingleFlight;
import dev.tollgate.cost.CallLog;
import dev.tollgate.cost.CallRecord;
import dev.tollgate.cost.CallSpill;
import dev.tollgate.cost.PriceBook;
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
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The pipeline with everything around it in memory, and models that answer whatever they can. */
public final class InMemoryPipeline {
  private static final ModelCatalogue MODELS = ModelCatalogue.load();
  private static final PriceBook PRICES = PriceBook.load();
  private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

  private final List<CallRecord> records = new ArrayList<>();
  private final LlmInvoker invoker;
  private final Idempotency idempotency;

  public InMemoryPipeline(PromptRegistry registry, Clock clock) {
    ResponseCache cache = new Answers();
    ModelProviders providers =
        new ModelProviders(
            List.of(new Greeter(Provider.ANTHROPIC), new Greeter(Provider.OPENAI)),
            10,
            Duration.ofSeconds(5));
    Pause pause = _ -> {};
    CallLog calls = (record, _) -> records.add(record);
    SingleFlight flights = _ -> new SingleFlight.Turn.Everybodys();
    invoker =
        new LlmInvoker(
            new Prompts(registry, _ -> Optional.empty(), clock),
            MODELS,
            new Candidates(MODELS, clock, false),
            new Attempts(providers, pause, (_, _, _) -> {}, clock),
            providers,
            cache,
            new SemanticCache(
                new WordEmbedder(),
                new InMemorySemanticIndex(clock),
                new Veto(),
                cache,
                clock,
                Duration.ofHours(1)),
            flights,
            PRICES,
            calls,
            new CallSpill(new ObjectMapper(), NOWHERE),
            List.of(),
            TestBudgets.none(calls, clock),
            new WorstCase(MODELS, PRICES),
            pause,
            clock,
            Duration.ofHours(1));
    idempotency = new Idempotency(new InMemoryClaimStore(), cache, clock);
  }

  public LlmInvoker invoker() {
    return invoker;
  }

  public Idempotency idempotency() {
    return idempotency;
  }

  /** The calls that were recorded, in their order. */
  public List<CallRecord> records() {
    return List.copyOf(records);
  }

  private static final class Answers implements ResponseCache {
    private final Map<CacheKey, CachedAnswer> answers = new HashMap<>();

    @Override
    public Optional<CachedAnswer> find(CacheKey key) {
      return Optional.ofNullable(answers.get(key));
    }

    @Override
    public boolean store(CacheKey key, CachedAnswer answer, Duration ttl) {
      answers.put(key, answer);
      return true;
    }
  }

  /** Says hello in its provider's shape. */
  private record Greeter(Provider provider) implements ModelProvider {
    private static final String TEXT = "Hello.";

    @Override
    public Reply ask(ModelRequest request, Duration patience) {
      return new Reply.Answered(
          read(
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
    public ModelResponse read(ObjectNode body) {
      return new ModelResponse(
          body.path("model").asText(),
          FinishReason.END_TURN,
          new Usage(10, 0, 0, 0, 2, 0),
          TEXT,
          body);
    }
  }
}
