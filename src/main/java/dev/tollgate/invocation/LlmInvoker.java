package dev.tollgate.invocation;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CachedAnswer;
import dev.tollgate.cache.ResponseCache;
import dev.tollgate.cache.SingleFlight;
import dev.tollgate.cost.CallId;
import dev.tollgate.cost.CallLog;
import dev.tollgate.cost.CallRecord;
import dev.tollgate.cost.CallSpill;
import dev.tollgate.cost.PriceBook;
import dev.tollgate.identity.Caller;
import dev.tollgate.invocation.Invocation.Question;
import dev.tollgate.prompt.Outcome;
import dev.tollgate.prompt.Refusal;
import dev.tollgate.prompt.Rendering;
import dev.tollgate.prompt.Variable;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Answers calls: resolves the prompt, looks into the cache, asks the model, prices and records the
 * call, and only then lets the answer go.
 */
@Singleton
public class LlmInvoker {
  private static final Logger LOG = Logger.getLogger(LlmInvoker.class);

  private static final long FIRST_PAUSE_MILLIS = 15;
  private static final long LONGEST_PAUSE_MILLIS = 100;

  private final Prompts prompts;
  private final ModelCatalogue models;
  private final ModelProviders providers;
  private final ResponseCache cache;
  private final SingleFlight flights;
  private final PriceBook prices;
  private final CallLog calls;
  private final CallSpill spill;
  private final Clock clock;
  private final Duration cacheTtl;

  LlmInvoker(
      Prompts prompts,
      ModelCatalogue models,
      ModelProviders providers,
      ResponseCache cache,
      SingleFlight flights,
      PriceBook prices,
      CallLog calls,
      CallSpill spill,
      Clock clock,
      @ConfigProperty(name = "tollgate.cache.ttl", defaultValue = "1h") Duration cacheTtl) {
    this.prompts = prompts;
    this.models = models;
    this.providers = providers;
    this.cache = cache;
    this.flights = flights;
    this.prices = prices;
    this.calls = calls;
    this.spill = spill;
    this.clock = clock;
    this.cacheTtl = cacheTtl;
  }

  public InvocationResult invoke(Invocation invocation) {
    return switch (invocation.question()) {
      case Question.Own(ModelRequest request) -> own(invocation, request);
      case Question.Managed managed -> resolve(invocation, managed);
    };
  }

  private InvocationResult own(Invocation invocation, ModelRequest request) {
    Caller caller = invocation.caller();
    if (!caller.allowance().allowsOwnRequests()) {
      return new InvocationResult.OnlyPromptsAllowed(caller.keyId());
    }
    if (!caller.allowance().allowsModel(request.model())) {
      return new InvocationResult.ModelNotAllowed(caller.keyId(), request.model());
    }
    return answer(call(invocation, request, Optional.empty(), List.of()));
  }

  private InvocationResult resolve(Invocation invocation, Question.Managed managed) {
    Caller caller = invocation.caller();
    if (!caller.allowance().allowsPrompt(managed.prompt().value())) {
      return new InvocationResult.PromptNotAllowed(caller.keyId(), managed.prompt());
    }
    return switch (prompts.find(managed.prompt(), managed.version())) {
      case Outcome.Refused<ManagedPrompt>(Refusal refusal) ->
          new InvocationResult.NoSuchPrompt(refusal);
      case Outcome.Done<ManagedPrompt>(ManagedPrompt prompt)
          when !caller.allowance().allowsModel(prompt.content().model()) ->
          new InvocationResult.ModelNotAllowed(caller.keyId(), prompt.content().model());
      case Outcome.Done<ManagedPrompt>(ManagedPrompt prompt) -> render(invocation, managed, prompt);
    };
  }

  private InvocationResult render(
      Invocation invocation, Question.Managed managed, ManagedPrompt prompt) {
    String model = prompt.content().model();
    Provider provider = models.provider(model);
    if (managed.sent().filter(sent -> sent.provider() != provider).isPresent()) {
      return new InvocationResult.OtherProvider(managed.prompt(), model, provider);
    }
    if (managed.messages().isEmpty() && !prompt.content().template().asks()) {
      return new InvocationResult.NothingAsked(managed.prompt());
    }
    return switch (prompt.content().render(managed.variables())) {
      case Rendering.Missing(String variable) ->
          new InvocationResult.MissingVariable(managed.prompt(), variable);
      case Rendering.Undeclared(String variable) ->
          new InvocationResult.UndeclaredVariable(managed.prompt(), variable);
      case Rendering.WrongType(String variable, Variable.Type type) ->
          new InvocationResult.WrongVariable(managed.prompt(), variable, type);
      case Rendering.Blank(int message) ->
          new InvocationResult.BlankMessage(managed.prompt(), message);
      case Rendering.Rendered rendered ->
          answer(
              call(
                  invocation,
                  PromptedRequest.of(
                      provider, models.find(model), prompt.content(), rendered, managed),
                  Optional.of(prompt),
                  managed
                      .sent()
                      .map(sent -> PromptedRequest.overruled(sent, prompt.content()))
                      .orElse(List.of())));
    };
  }

  private Call call(
      Invocation invocation,
      ModelRequest request,
      Optional<ManagedPrompt> prompt,
      List<String> ignored) {
    return new Call(CallId.next(clock), invocation, request, prompt, ignored);
  }

  private InvocationResult answer(Call call) {
    Optional<CacheKey> key = call.cacheKey();
    if (key.isEmpty() || call.invocation().reuse().refresh()) {
      return asked(call, key).result();
    }
    return reused(call, key.get()).orElseGet(() -> together(call, key.get()));
  }

  /** Of all who ask the same at the same time, one asks the model; the others await its answer. */
  private InvocationResult together(Call call, CacheKey key) {
    Instant patienceEnds = clock.instant().plus(patience(call).dividedBy(2));
    for (int look = 0; ; look++) {
      switch (flights.turn(key)) {
        case SingleFlight.Turn.Mine(SingleFlight.Lead lead) -> {
          try (lead) {
            // Somebody's answer may have come since the last look.
            Optional<InvocationResult> there = reused(call, key);
            if (there.isPresent()) {
              return there.get();
            }
            Asked asked = asked(call, Optional.of(key));
            if (!asked.kept()) {
              lead.abandon();
            }
            return asked.result();
          }
        }
        case SingleFlight.Turn.Everybodys() -> {
          return asked(call, Optional.of(key)).result();
        }
        case SingleFlight.Turn.Taken() -> {
          if (!clock.instant().isBefore(patienceEnds)) {
            return asked(call, Optional.of(key)).result();
          }
          pause(look);
          Optional<InvocationResult> there = reused(call, key);
          if (there.isPresent()) {
            return there.get();
          }
        }
      }
    }
  }

  private static void pause(int look) {
    try {
      Thread.sleep(Math.min(FIRST_PAUSE_MILLIS << Math.min(look, 3), LONGEST_PAUSE_MILLIS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for an answer", e);
    }
  }

  private Optional<InvocationResult> reused(Call call, CacheKey key) {
    return cache
        .find(key)
        .flatMap(
            answer ->
                read(call, answer)
                    .map(
                        response -> {
                          CallRecord record =
                              call.saved(prices, response, answer.cost(), latency(call));
                          log(record);
                          return call.answered(
                              response,
                              record,
                              Optional.of(key),
                              Duration.between(answer.created(), clock.instant()));
                        }));
  }

  /** What came of asking the model, and whether its answer is kept for others. */
  private record Asked(InvocationResult result, boolean kept) {}

  private Asked asked(Call call, Optional<CacheKey> key) {
    return switch (ask(call)) {
      case Reply.Answered(ModelResponse response) -> {
        CallRecord record = call.billed(prices, response, latency(call));
        log(record);
        boolean kept =
            isAdmissible(response)
                && key.filter(it -> keep(call, it, response, record)).isPresent();
        yield new Asked(call.answered(response, record, key, Duration.ZERO), kept);
      }
      case Reply.Failure failure -> {
        CallRecord record = call.failed(prices, failure, latency(call));
        log(record);
        yield new Asked(new InvocationResult.Failed(failure, record), false);
      }
    };
  }

  private boolean keep(Call call, CacheKey key, ModelResponse response, CallRecord record) {
    return cache.store(
        key,
        new CachedAnswer(response.body(), record.cost(), clock.instant()),
        call.invocation().reuse().lifetime().orElse(cacheTtl));
  }

  /** What a cache holds may be old or broken; then the model is asked. */
  private Optional<ModelResponse> read(Call call, CachedAnswer answer) {
    try {
      return Optional.of(providers.of(call.request().provider()).read(answer.body()));
    } catch (IllegalArgumentException e) {
      LOG.warnf("an entry of the response cache is no answer: %s", e.getMessage());
      return Optional.empty();
    }
  }

  private Duration patience(Call call) {
    return Duration.between(clock.instant(), call.invocation().deadline());
  }

  private Reply ask(Call call) {
    Duration patience = patience(call);
    return patience.isPositive()
        ? providers.of(call.request().provider()).ask(call.request(), patience)
        : new Reply.TimedOut();
  }

  private Duration latency(Call call) {
    return Duration.between(call.id().time(), clock.instant());
  }

  /** A cut, refused or empty answer is no answer to the next one who asks. */
  private static boolean isAdmissible(ModelResponse response) {
    return response.finishReason().isComplete() && !response.text().isBlank();
  }

  private void log(CallRecord record) {
    try {
      calls.append(record);
    } catch (CallLog.CallNotLoggedException e) {
      LOG.errorf("%s and goes to this log instead: %s", e.getMessage(), e.getCause());
      spill.write(record);
    }
  }
}
