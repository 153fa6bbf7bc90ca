package dev.tollgate.invocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.budget.BudgetId;
import dev.tollgate.budget.BudgetPeriod;
import dev.tollgate.budget.BudgetRejection;
import dev.tollgate.budget.BudgetScope;
import dev.tollgate.budget.InMemoryBudgetStore;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CachedResponse;
import dev.tollgate.cache.InMemoryResponseCache;
import dev.tollgate.cache.SingleFlight;
import dev.tollgate.cost.calls.CacheOutcome;
import dev.tollgate.cost.calls.CallLog;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.cost.calls.CallRecordJson;
import dev.tollgate.cost.pricing.Price;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.KeyRestrictions;
import dev.tollgate.identity.Role;
import dev.tollgate.invocation.Invocation.Input;
import dev.tollgate.prompt.CacheScope;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.InMemoryPromptStore;
import dev.tollgate.prompt.PromptCaching;
import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.PromptError;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptTemplate;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelProvider;
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
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LlmInvokerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PromptName NAME = new PromptName("rag");
  private static final Caller SEARCH = new Caller("key_1", "search", Set.of(Role.INVOKE));
  private static final Caller SALES = new Caller("key_2", "sales", Set.of(Role.INVOKE));

  private static final ModelProvider.Reply.ProviderError OVERLOADED =
      new ModelProvider.Reply.ProviderError(
          529, "overloaded_error", "Overloaded", Optional.empty());

  private static final ChangeRequest ORDER =
      new ChangeRequest("key_1", Optional.of("test"), OptionalLong.empty());

  private Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final PromptRegistry registry = new PromptRegistry(new InMemoryPromptStore(), clock);
  private final ScriptedProvider provider =
      new ScriptedProvider(Provider.ANTHROPIC, "claude-haiku-4-5");
  private final ScriptedProvider openAi = new ScriptedProvider(Provider.OPENAI, "gpt-4o");
  private final InMemoryResponseCache cache = new InMemoryResponseCache();
  private final ScriptedFlights flights = new ScriptedFlights();
  private final InMemoryLog log = new InMemoryLog();
  private final ByteArrayOutputStream spilled = new ByteArrayOutputStream();
  private final InMemoryBudgetStore budgets = new InMemoryBudgetStore();
  private final TestPipeline pipeline =
      new TestPipeline(registry, clock)
          .providers(provider, openAi)
          .sleeper(duration -> now = now.plus(duration))
          .cache(cache)
          .singleFlight(flights)
          .log(log)
          .spill(spilled)
          .budgets(budgets);
  private final LlmInvoker invoker = pipeline.invoker();

  @Test
  void recordsWhatWasAskedAndWhatItCost() {
    InvocationResult.Answered answered = answered(invoker.invoke(own(SEARCH, "1")));

    assertEquals("answer 1", answered.response().text());
    assertEquals(List.of(answered.call()), log.records);
    assertEquals(new BigDecimal("0.00035"), answered.call().cost());
    assertEquals(new Usage(100, 0, 0, 0, 50, 0), answered.call().usage());
    assertEquals("search", answered.call().team());
    assertEquals(Optional.of("alice"), answered.call().user());
    assertEquals(CacheOutcome.NONE, answered.call().cache());
    assertEquals(Duration.ofMillis(40), answered.call().latency());
  }

  @Test
  void aClockThatIsSetBackMakesNoLatencyBelowNothing() {
    provider.takes = Duration.ofSeconds(-16);
    InvocationResult.Answered answered = answered(invoker.invoke(own(SEARCH, "0")));

    assertEquals(Duration.ZERO, answered.call().latency());
    assertEquals(List.of(answered.call()), log.records);
  }

  @Test
  void paysOnceAtTemperatureZero() {
    invoker.invoke(own(SEARCH, "0"));
    InvocationResult.Answered second = answered(invoker.invoke(own(SEARCH, "0")));

    assertEquals(1, provider.asked.size());
    assertEquals("answer 1", second.response().text());
    assertEquals(CacheOutcome.EXACT, second.call().cache());
    assertEquals(Optional.of(log.records.getFirst().id()), second.call().answeredBy());
    assertEquals(BigDecimal.ZERO, second.call().cost());
    assertEquals(new BigDecimal("0.00035"), second.call().avoidedCost());
    assertEquals(Usage.NONE, second.call().usage());
    assertEquals(2, log.records.size());
  }

  @Test
  void aQuestionIsRepeatedToTheLetterUnderItsPrompt() {
    register("Answer.", "0");
    ModelRequest request = ((Input.Direct) own(SEARCH, "1").input()).request();
    InvocationResult.Answered answered =
        answered(
            invoker.invoke(
                new Invocation(
                    SEARCH,
                    "chat",
                    Optional.empty(),
                    new Input.Replayed(request, NAME, 1),
                    CacheDirectives.BYPASS,
                    Purpose.SHADOW,
                    now.plusSeconds(28))));

    assertEquals(List.of(request), provider.asked);
    assertEquals(Purpose.SHADOW, answered.call().purpose());
    assertEquals(Optional.of(new CallRecord.PromptUse("rag", 1)), answered.call().prompt());
    assertEquals(CacheOutcome.NONE, answered.call().cache());
    assertTrue(cache.answers().isEmpty());
  }

  @Test
  void whoeverWaitsIsGivenTheAnswerOfWhoeverAsks() {
    invoker.invoke(own(SEARCH, "0"));
    CachedResponse answer = cache.answers().values().iterator().next();
    CacheKey key = cache.answers().keySet().iterator().next();
    cache.answers().clear();
    flights.others.add(() -> {});
    flights.others.add(() -> cache.answers().put(key, answer));
    InvocationResult.Answered second = answered(invoker.invoke(own(SEARCH, "0")));

    assertEquals(1, provider.asked.size());
    assertEquals(CacheOutcome.EXACT, second.call().cache());
  }

  @Test
  void whoeverWaitsForADeadHolderTakesOver() {
    flights.others.add(() -> {});
    InvocationResult.Answered answered = answered(invoker.invoke(own(SEARCH, "0")));

    assertEquals(CacheOutcome.NONE, answered.call().cache());
    assertEquals(1, flights.landed);
  }

  @Test
  void nobodyWaitsLongerThanHalfTheTimeThereIs() {
    for (int i = 0; i < 1000; i++) {
      flights.others.add(() -> now = now.plusSeconds(1));
    }
    answered(invoker.invoke(own(SEARCH, "0")));

    assertEquals(1000 - 10, flights.others.size());
  }

  @Test
  void anAnswerThatIsNotKeptIsNotWaitedFor() {
    provider.finishReason = FinishReason.MAX_TOKENS;
    invoker.invoke(own(SEARCH, "0"));

    assertEquals(1, flights.abandoned);
  }

  @Test
  void anAnswerThatIsLateIsGivenAndNotKept() {
    log.delay = Duration.ofSeconds(20);
    answered(invoker.invoke(own(SEARCH, "0")));

    assertTrue(cache.answers().isEmpty());
    assertEquals(1, flights.abandoned);
  }

  @Test
  void withoutSingleFlightEverybodyAsks() {
    flights.everybodys = true;
    answered(invoker.invoke(own(SEARCH, "0")));

    assertEquals(1, provider.asked.size());
    assertEquals(1, cache.answers().size());
  }

  @Test
  void aCallerMayRefreshBypassConsentAndSayForHowLong() {
    Duration minute = Duration.ofMinutes(1);
    invoker.invoke(reusing("1", new CacheDirectives(true, false, false, Optional.of(minute))));
    assertEquals(List.of(minute), cache.lifetimes());
    invoker.invoke(reusing("1", new CacheDirectives(true, true, false, Optional.empty())));
    assertEquals(2, provider.asked.size());
    InvocationResult.Answered refreshed =
        answered(
            invoker.invoke(
                reusing("1", new CacheDirectives(true, false, false, Optional.empty()))));
    assertEquals("answer 2", refreshed.response().text());
    invoker.invoke(reusing("0", CacheDirectives.BYPASS));
    invoker.invoke(reusing("0", CacheDirectives.BYPASS));
    assertEquals(4, provider.asked.size());
    assertEquals(1, cache.answers().size());
  }

  private Invocation reusing(String temperature, CacheDirectives reuse) {
    return new Invocation(
        SEARCH,
        "docs",
        Optional.empty(),
        question(temperature),
        reuse,
        Purpose.LIVE,
        now.plusSeconds(20));
  }

  @Test
  void paysAgainAtAnyOtherTemperature() {
    invoker.invoke(own(SEARCH, "0.1"));
    invoker.invoke(own(SEARCH, "0.1"));

    assertEquals(2, provider.asked.size());
    assertTrue(cache.answers().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"thread\": {\"type\": \"create\"}}", "{\"container\": \"container_1\"}"})
  void aStateThatTheProviderKeepsIsSharedByNoTwoCalls(String state) {
    invoker.invoke(own(request("claude-haiku-4-5", 100, "0", state)));
    invoker.invoke(own(request("claude-haiku-4-5", 100, "0", state)));

    assertEquals(2, provider.asked.size());
    assertTrue(cache.answers().isEmpty());
  }

  @Test
  void neverAnswersOneTeamWithAnothersAnswer() {
    invoker.invoke(own(SEARCH, "0"));
    invoker.invoke(own(SALES, "0"));

    assertEquals(2, provider.asked.size());
  }

  @ParameterizedTest
  @EnumSource(
      value = FinishReason.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"END_TURN", "STOP_SEQUENCE"})
  void keepsNoAnswerThatIsNotWhole(FinishReason reason) {
    provider.finishReason = reason;
    invoker.invoke(own(SEARCH, "0"));

    assertTrue(cache.answers().isEmpty());
  }

  @Test
  void keepsNoEmptyAnswer() {
    provider.text = Optional.of(" ");
    invoker.invoke(own(SEARCH, "0"));

    assertTrue(cache.answers().isEmpty());
  }

  @Test
  void anEntryThatIsNoAnswerIsAMiss() {
    invoker.invoke(own(SEARCH, "0"));
    cache
        .answers()
        .replaceAll(
            (_, answer) ->
                new CachedResponse(
                    answer.callId(), JSON.createObjectNode(), answer.cost(), answer.created()));
    InvocationResult.Answered second = answered(invoker.invoke(own(SEARCH, "0")));

    assertEquals("answer 2", second.response().text());
    assertEquals(CacheOutcome.NONE, second.call().cache());
  }

  @Test
  void recordsACallThatFailedAtNoCost() {
    provider.failures.add(OVERLOADED);
    provider.failures.add(OVERLOADED);
    provider.failures.add(OVERLOADED);
    InvocationResult.Failed failed =
        assertInstanceOf(InvocationResult.Failed.class, invoker.invoke(own(SEARCH, "0")));

    assertEquals(List.of(failed.call()), log.records);
    assertEquals(CallRecord.Status.ERROR, failed.call().status());
    assertEquals(BigDecimal.ZERO, failed.call().cost());
    assertTrue(cache.answers().isEmpty());
  }

  @Test
  void recordsWhatAnAnswerThatBrokeOffCost() {
    Usage usage = new Usage(100, 0, 0, 0, 50, 0);
    ModelProvider.Reply.TimedOut cause = new ModelProvider.Reply.TimedOut();
    provider.failures.add(
        new ModelProvider.Reply.Interrupted(cause, "claude-haiku-4-5-20251001", usage, false));
    InvocationResult.Failed failed =
        assertInstanceOf(InvocationResult.Failed.class, invoker.invoke(own(SEARCH, "0")));

    assertEquals(List.of(failed.call()), log.records);
    assertEquals(CallRecord.Status.ERROR, failed.call().status());
    assertEquals(Optional.of("timeout"), failed.call().failure());
    assertEquals(new BigDecimal("0.00035"), failed.call().cost());
    assertEquals(usage, failed.call().usage());
    assertTrue(cache.answers().isEmpty());
  }

  @Test
  void everyAttemptThatIsBilledLeavesARecordAndOneOfThemIsFinal() {
    Usage some = new Usage(100, 0, 0, 0, 10, 0);
    provider.failures.add(OVERLOADED);
    provider.failures.add(
        new ModelProvider.Reply.Interrupted(
            new ModelProvider.Reply.Unreachable("cut"), "claude-haiku-4-5", some, false));
    InvocationResult.Answered answered = answered(invoker.invoke(own(SEARCH, "0")));

    assertEquals(3, provider.asked.size());
    assertEquals(2, log.records.size());
    CallRecord first = log.records.getFirst();
    assertEquals(some, first.usage());
    assertEquals(Optional.of("unreachable"), first.failure());
    assertEquals(new BigDecimal("0.00015"), first.cost());
    assertEquals(Duration.ofMillis(40), first.latency());
    assertEquals(answered.call(), log.records.getLast());
    assertEquals(List.of(false, true), log.records.stream().map(CallRecord::finalAttempt).toList());
    assertEquals(
        Set.of(answered.call().id()),
        log.records.stream().map(CallRecord::callId).collect(Collectors.toSet()));
    assertEquals(new BigDecimal("0.00035"), answered.call().cost());
    assertEquals(new BigDecimal("0.0005"), answered.cost());
    // A hit saves what the answer cost, not what went wrong before.
    assertEquals(new BigDecimal("0.00035"), cache.answers().values().iterator().next().cost());
  }

  @Test
  void whatMayBeBilledIsRecordedAtAnEstimateOfWhatWasRead() {
    ModelProvider.Reply.Failure unanswered =
        new ModelProvider.Reply.ResponseLost(new ModelProvider.Reply.Unreachable("cut"));
    provider.failures.add(unanswered);
    InvocationResult.Answered answered = answered(invoker.invoke(own(SEARCH, "1")));
    provider.failures.add(new ModelProvider.Reply.ResponseLost(new ModelProvider.Reply.TimedOut()));
    InvocationResult.Failed failed =
        assertInstanceOf(InvocationResult.Failed.class, invoker.invoke(own(SEARCH, "1")));

    CallRecord first = log.records.getFirst();
    assertEquals(answered.call().id(), first.callId());
    assertEquals(Optional.of("unreachable"), first.failure());
    assertEquals(answered.cost(), first.cost().add(answered.call().cost()));
    assertEquals(Optional.of("timeout"), failed.call().failure());
    for (CallRecord record : List.of(first, failed.call())) {
      assertEquals(ModelCatalogue.load().estimateUsage(provider.asked.getFirst()), record.usage());
      assertTrue(record.usage().input() > 0);
      assertTrue(record.cost().signum() > 0);
      assertEquals(Price.Status.ESTIMATED, record.priceStatus());
      assertTrue(record.priceId().contains("claude-haiku-4-5"), record.priceId());
    }
    assertEquals(Price.Status.PRICED, answered.call().priceStatus());
  }

  @Test
  void aCallThatFailedCostsWhatBrokeOff() {
    ModelProvider.Reply.Interrupted broken =
        new ModelProvider.Reply.Interrupted(
            OVERLOADED, "claude-haiku-4-5", new Usage(100, 0, 0, 0, 10, 0), false);
    provider.failures.addAll(List.of(broken, broken));
    InvocationResult.Failed failed =
        assertInstanceOf(InvocationResult.Failed.class, invoker.invoke(own(SEARCH, "0")));

    assertEquals(List.of(false, true), log.records.stream().map(CallRecord::finalAttempt).toList());
    assertEquals(new BigDecimal("0.00015"), failed.call().cost());
    assertEquals(new BigDecimal("0.0003"), failed.cost());
  }

  @Test
  void whatTheModelWouldRefuseIsTakenOutAndStillConsents() {
    ModelRequest sent = request("claude-opus-5", 100, "0", "{\"top_k\": 3}");
    InvocationResult.Answered first = answered(invoker.invoke(own(sent)));
    InvocationResult.Answered second = answered(invoker.invoke(own(sent)));

    assertEquals(List.of("temperature", "top_k"), first.droppedFields());
    assertEquals(Optional.empty(), provider.asked.getFirst().temperature());
    assertEquals("{}", provider.asked.getFirst().otherFields().toString());
    assertEquals(CacheOutcome.EXACT, second.call().cache());
    assertEquals(List.of("temperature", "top_k"), second.droppedFields());
  }

  @Test
  void whatWasTakenOutTellsNoAnswersApartAndConsentsToNothing() {
    invoker.invoke(own(request("claude-opus-5", 100, "0", "{}")));
    InvocationResult.Answered warm =
        answered(invoker.invoke(own(request("claude-opus-5", 100, "0.7", "{}"))));
    InvocationResult.Answered consenting =
        answered(
            invoker.invoke(
                new Invocation(
                    SEARCH,
                    "docs",
                    Optional.empty(),
                    new Input.Direct(request("claude-opus-5", 100, "0.7", "{}")),
                    new CacheDirectives(true, false, false, Optional.empty()),
                    Purpose.LIVE,
                    now.plusSeconds(20))));

    assertEquals(CacheOutcome.NONE, warm.call().cache());
    assertEquals(Optional.empty(), warm.cacheKey());
    assertEquals(CacheOutcome.EXACT, consenting.call().cache());
  }

  @Test
  void aPromptsTemperatureIsTakenOutToo() {
    register(PromptContent.ofText("Be brief.", "claude-opus-5", Optional.of(BigDecimal.ZERO), 9));
    activate(1);
    invoker.invoke(managed(Map.of(), Optional.empty()));
    InvocationResult.Answered second =
        answered(invoker.invoke(managed(Map.of(), Optional.empty())));

    assertEquals(Optional.empty(), provider.asked.getFirst().temperature());
    assertEquals(List.of("temperature"), second.droppedFields());
    assertEquals(CacheOutcome.EXACT, second.call().cache());
  }

  @Test
  void aRetiredModelIsRefusedAndItsSuccessorNamed() {
    ModelRequest sent = request("claude-opus-4-1-20250805", 100, "0", "{}");

    assertEquals(
        new InvocationResult.ModelRetired(
            "claude-opus-4-1-20250805",
            LocalDate.parse("2026-08-05"),
            Optional.of("claude-opus-4-8")),
        invoker.invoke(own(sent)));
    assertTrue(provider.asked.isEmpty());
    assertTrue(log.records.isEmpty());
  }

  @Test
  void aSuccessorAnswersWhereTheInstallationWantsIt() {
    ModelRequest sent = request("claude-opus-4-1", 100, "0", "{}");
    LlmInvoker succeeding = pipeline.usingSuccessors().invoker();
    InvocationResult.Answered answered = answered(succeeding.invoke(own(sent)));

    assertEquals("claude-opus-4-8", provider.asked.getFirst().model());
    // It takes no temperature, other than the model that was asked for.
    assertEquals(List.of("temperature"), answered.droppedFields());
    assertEquals("claude-opus-4-1", answered.call().requestedModel());
    assertEquals(
        new InvocationResult.ModelNotAllowed("key_3", "claude-opus-4-8"),
        succeeding.invoke(
            new Invocation(
                limited(Set.of("claude-opus-4-1"), Set.of()),
                "docs",
                Optional.empty(),
                new Input.Direct(sent),
                CacheDirectives.DEFAULT,
                Purpose.LIVE,
                now.plusSeconds(20))));
  }

  @Test
  void aPromptFallsBackOnAnotherProvidersModel() {
    register(fallingBack("gpt-4o"));
    activate(1);
    provider.failures.addAll(List.of(OVERLOADED, OVERLOADED, OVERLOADED));
    InvocationResult.Answered first = answered(invoker.invoke(managed(Map.of(), Optional.empty())));
    InvocationResult.Answered second =
        answered(invoker.invoke(managed(Map.of(), Optional.empty())));

    assertEquals("gpt-4o", openAi.asked.getFirst().model());
    assertEquals("Be brief.", openAi.asked.getFirst().messages().path(0).path("content").asText());
    assertEquals("openai", first.call().provider());
    assertEquals("claude-haiku-4-5", first.call().requestedModel());
    assertEquals("gpt-4o", first.call().model());
    assertEquals(new BigDecimal("0.00075"), first.call().cost());
    // The first model is back, and what the other one said was not kept in its place.
    assertEquals("claude-haiku-4-5", second.call().model());
    assertEquals(CacheOutcome.NONE, second.call().cache());
    assertEquals(Optional.empty(), first.cacheKey());
    assertEquals(1, flights.abandoned);
  }

  @Test
  void aPromptFallsBackOnNoModelThatTheCallerCouldNotRead() {
    register(fallingBack("gpt-4o", "claude-sonnet-4-6"));
    activate(1);
    provider.failures.addAll(List.of(OVERLOADED, OVERLOADED, OVERLOADED));
    ModelRequest sent = request("any", 200, "0", "{}");
    answered(invoker.invoke(managed(Map.of(), Optional.of(sent))));

    assertTrue(openAi.asked.isEmpty());
    assertEquals("claude-sonnet-4-6", provider.asked.getLast().model());
  }

  @Test
  void aPromptFallsBackOnNoModelThatTheKeyForbids() {
    register(fallingBack("gpt-4o"));
    activate(1);
    provider.failures.addAll(List.of(OVERLOADED, OVERLOADED, OVERLOADED));
    Caller haiku = limited(Set.of("claude-haiku-*"), Set.of());

    assertInstanceOf(
        InvocationResult.Failed.class, invoker.invoke(managed(haiku, Map.of(), Optional.empty())));
    assertTrue(openAi.asked.isEmpty());
  }

  @Test
  void aTestOfAPromptFallsBackOnNothing() {
    register(fallingBack("gpt-4o"));
    activate(1);
    provider.failures.addAll(List.of(OVERLOADED, OVERLOADED, OVERLOADED));
    Invocation live = managed(Map.of(), Optional.empty());
    Invocation test =
        new Invocation(
            live.caller(),
            live.endpoint(),
            live.user(),
            live.input(),
            live.cacheDirectives(),
            Purpose.REGRESSION,
            live.deadline());

    assertInstanceOf(InvocationResult.Failed.class, invoker.invoke(test));
    assertTrue(openAi.asked.isEmpty());
  }

  @Test
  void aPromptWhoseModelIsRetiredFallsBackAndKeepsTheAnswer() {
    register(content("claude-opus-4-1", Optional.of(BigDecimal.ZERO), List.of("claude-haiku-4-5")));
    activate(1);
    InvocationResult.Answered first = answered(invoker.invoke(managed(Map.of(), Optional.empty())));
    InvocationResult.Answered second =
        answered(invoker.invoke(managed(Map.of(), Optional.empty())));

    assertEquals("claude-opus-4-1", first.call().requestedModel());
    assertEquals("claude-haiku-4-5", first.call().model());
    assertEquals(CacheOutcome.EXACT, second.call().cache());
  }

  private static PromptContent fallingBack(String... models) {
    return content("claude-haiku-4-5", Optional.of(BigDecimal.ZERO), List.of(models));
  }

  private static PromptContent content(
      String model, Optional<BigDecimal> temperature, List<String> fallbacks) {
    return new PromptContent(
        PromptTemplate.ofText("Be brief."),
        model,
        temperature,
        200,
        Map.of(),
        false,
        CacheScope.TEAM,
        PromptCaching.OFF,
        fallbacks,
        Optional.empty());
  }

  @Test
  void asksOnlyModelsThatTheKeyAllows() {
    Caller haiku = limited(Set.of("claude-haiku-*"), Set.of());
    Caller opus = limited(Set.of("claude-opus-5"), Set.of());
    register("Be brief.", "0");
    activate(1);

    answered(invoker.invoke(own(haiku, "1")));
    assertEquals(
        new InvocationResult.ModelNotAllowed("key_3", "claude-haiku-4-5"),
        invoker.invoke(own(opus, "1")));
    answered(invoker.invoke(managed(haiku, Map.of(), Optional.empty())));
    assertEquals(
        new InvocationResult.ModelNotAllowed("key_3", "claude-haiku-4-5"),
        invoker.invoke(managed(opus, Map.of(), Optional.empty())));
    assertEquals(2, log.records.size());
  }

  @Test
  void aKeyForPromptsAsksWithThemOnly() {
    register("Be brief.", "0");
    activate(1);
    Caller rag = limited(Set.of(), Set.of(NAME.value()));
    Caller other = limited(Set.of(), Set.of("other"));

    answered(invoker.invoke(managed(rag, Map.of(), Optional.empty())));
    assertEquals(
        new InvocationResult.PromptNotAllowed("key_3", NAME),
        invoker.invoke(managed(other, Map.of(), Optional.empty())));
    assertEquals(new InvocationResult.OnlyPromptsAllowed("key_3"), invoker.invoke(own(rag, "1")));
    assertEquals(1, log.records.size());
  }

  private static Caller limited(Set<String> models, Set<String> prompts) {
    return new Caller(
        "key_3", "key_3", "search", Set.of(Role.INVOKE), new KeyRestrictions(models, prompts));
  }

  @Test
  void asksNobodyAfterTheDeadline() {
    Invocation late =
        new Invocation(
            SEARCH,
            "docs",
            Optional.empty(),
            question("0"),
            CacheDirectives.DEFAULT,
            Purpose.LIVE,
            now.minusMillis(1));

    InvocationResult.Failed failed =
        assertInstanceOf(InvocationResult.Failed.class, invoker.invoke(late));
    assertEquals(new ModelProvider.Reply.TimedOut(), failed.failure());
    assertTrue(provider.asked.isEmpty());
    assertEquals(List.of(Duration.ofMillis(749)), log.waits, "the function is about to be ended");
  }

  @Test
  void aRecordThatTheLogRefusesIsSpilledAndTheAnswerStands() throws IOException {
    log.refuses = true;
    InvocationResult.Answered answered = answered(invoker.invoke(own(SEARCH, "1")));

    String line = spilled.toString(StandardCharsets.UTF_8);
    assertEquals(1, line.lines().count());
    assertEquals(answered.call(), CallRecordJson.read(JSON.readTree(line).path("spilled_call")));
  }

  @Test
  void answersWithTheVersionInProduction() {
    register("Use this: {{context}}", "0");
    activate(1);
    InvocationResult.Answered answered =
        answered(invoker.invoke(managed(Map.of("context", "facts"), Optional.empty())));

    ModelRequest asked = provider.asked.getFirst();
    assertEquals("Use this: facts", asked.system().orElseThrow().textValue());
    assertEquals("claude-haiku-4-5", asked.model());
    assertEquals(Optional.of(new CallRecord.PromptUse("rag", 1)), answered.call().prompt());
  }

  @Test
  void theVersionsModelAndParametersWin() {
    register("system", "0");
    activate(1);
    ModelRequest sent = request("claude-opus-5", 9, "0.7", "{\"top_k\": 3, \"tools\": [1]}");
    InvocationResult.Answered answered =
        answered(invoker.invoke(managed(Map.of(), Optional.of(sent))));

    ModelRequest asked = provider.asked.getFirst();
    assertEquals("claude-haiku-4-5", asked.model());
    assertEquals(OptionalInt.of(200), asked.maxTokens());
    assertEquals(Optional.of(new BigDecimal("0")), asked.temperature());
    assertEquals("{\"tools\":[1]}", asked.otherFields().toString());
    assertEquals(List.of("model", "max_tokens", "temperature", "top_k"), answered.ignoredFields());
  }

  @Test
  void asksTheProviderOfTheRequest() {
    ModelRequest request = chat("gpt-4o", "{\"temperature\": 0}");
    InvocationResult.Answered first = answered(invoker.invoke(own(request)));
    InvocationResult.Answered second = answered(invoker.invoke(own(request)));

    assertEquals(List.of(request), openAi.asked);
    assertTrue(provider.asked.isEmpty());
    assertEquals("openai", first.call().provider());
    assertEquals("openai/gpt-4o@2026-01-01", first.call().priceId());
    assertEquals(new BigDecimal("0.00075"), first.call().cost());
    assertEquals(CacheOutcome.EXACT, second.call().cache());
  }

  @Test
  void aPromptsModelDecidesWhoIsAsked() {
    register(openAiContent(PromptCaching.ONE_HOUR));
    activate(1);
    answered(invoker.invoke(managed(Map.of("context", "facts"), Optional.empty())));

    ModelRequest asked = openAi.asked.getFirst();
    assertEquals("gpt-4o", asked.model());
    assertEquals(Optional.empty(), asked.system());
    assertEquals(
        """
        [{"role":"system","content":"Use this: facts"},{"role":"user","content":"question"}]\
        """,
        asked.messages().toString());
    assertEquals("{\"max_completion_tokens\":200}", asked.otherFields().toString());
    assertEquals(Optional.of(new BigDecimal("0.5")), asked.temperature());
  }

  @Test
  void whatAPromptLeavesOpenIsTheCallersOnEitherApi() {
    register(openAiContent(PromptCaching.OFF));
    activate(1);
    ModelRequest sent =
        chat(
            "gpt-5",
            """
            {"temperature": 0, "max_tokens": 9, "max_completion_tokens": 200, "top_p": 0.5,
             "presence_penalty": 1, "user": "alice", "tools": [1]}
            """);
    InvocationResult.Answered answered =
        answered(invoker.invoke(managed(Map.of("context", "facts"), Optional.of(sent))));

    ModelRequest asked = openAi.asked.getFirst();
    assertEquals("gpt-4o", asked.model());
    assertEquals("{\"tools\":[1],\"max_completion_tokens\":200}", asked.otherFields().toString());
    assertEquals("{\"user\":\"alice\"}", asked.metadata().orElseThrow().toString());
    assertEquals(
        List.of("model", "max_tokens", "temperature", "top_p", "presence_penalty"),
        answered.ignoredFields());
  }

  @Test
  void aPromptIsNotAskedThroughTheOtherProvidersApi() {
    register(openAiContent(PromptCaching.OFF));
    activate(1);
    ModelRequest messages = request("gpt-4o", 200, "0", "{}");
    assertEquals(
        new InvocationResult.ProviderMismatch(NAME, "gpt-4o", Provider.OPENAI),
        invoker.invoke(managed(Map.of("context", "facts"), Optional.of(messages))));

    register("Be brief.", "0");
    activate(2);
    now = now.plusSeconds(4);
    assertEquals(
        new InvocationResult.ProviderMismatch(NAME, "claude-haiku-4-5", Provider.ANTHROPIC),
        invoker.invoke(managed(Map.of(), Optional.of(chat("gpt-4o", "{}")))));
    assertTrue(provider.asked.isEmpty());
    assertTrue(openAi.asked.isEmpty());
    assertTrue(log.records.isEmpty());
  }

  @Test
  void aNewVersionIsUsedWithinSecondsAndSharesNoAnswers() {
    register("one", "0");
    activate(1);
    invoker.invoke(managed(Map.of(), Optional.empty()));
    register("two", "0");
    activate(2);
    now = now.plusSeconds(4);
    InvocationResult.Answered second =
        answered(invoker.invoke(managed(Map.of(), Optional.empty())));

    assertEquals(Optional.of(new CallRecord.PromptUse("rag", 2)), second.call().prompt());
    assertEquals(CacheOutcome.NONE, second.call().cache());
  }

  @Test
  void whatCannotBeRenderedIsNoCall() {
    assertEquals(
        new InvocationResult.NoSuchPrompt(new PromptError.UnknownPrompt(NAME)),
        invoker.invoke(managed(Map.of(), Optional.empty())));
    register("{{context}}", "0");
    assertEquals(
        new InvocationResult.NoSuchPrompt(new PromptError.NoActiveVersion(NAME)),
        invoker.invoke(managed(Map.of(), Optional.empty())));
    activate(1);
    assertEquals(
        new InvocationResult.MissingVariable(NAME, "context"),
        invoker.invoke(managed(Map.of(), Optional.empty())));
    assertEquals(
        new InvocationResult.UndeclaredVariable(NAME, "contxt"),
        invoker.invoke(managed(Map.of("context", "", "contxt", ""), Optional.empty())));
    assertTrue(provider.asked.isEmpty());
    assertTrue(log.records.isEmpty());
  }

  @Test
  void aCallThatABudgetDoesNotPayForIsNotMade() {
    budgets.with(new BudgetId(BudgetScope.TEAM, "search"), BudgetPeriod.DAILY, "0.001");
    InvocationResult.OverBudget over =
        assertInstanceOf(InvocationResult.OverBudget.class, invoker.invoke(own(SEARCH, "1")));

    assertTrue(provider.asked.isEmpty());
    assertInstanceOf(BudgetRejection.Exhausted.class, over.denial());
    assertEquals(List.of(over.call()), log.records);
    assertEquals(Optional.of("budget"), over.call().failure());
    assertEquals(BigDecimal.ZERO, over.cost());
    answered(invoker.invoke(own(SALES, "1")));
  }

  @Test
  void anAnswerFromTheCacheNeedsNoBudget() {
    answered(invoker.invoke(own(SEARCH, "0")));
    budgets.with(new BudgetId(BudgetScope.INSTALLATION, BudgetId.ALL), BudgetPeriod.DAILY, "0.001");
    now = now.plusSeconds(6);

    assertEquals(CacheOutcome.EXACT, answered(invoker.invoke(own(SEARCH, "0"))).call().cache());
    assertInstanceOf(InvocationResult.OverBudget.class, invoker.invoke(own(SEARCH, "1")));
  }

  @Test
  void attemptsThatCostNothingHoldOnce() {
    // Pays for one attempt at its most, and not for two.
    budgets.with(new BudgetId(BudgetScope.KEY, "key_1"), BudgetPeriod.DAILY, "0.005");
    provider.failures.addAll(List.of(OVERLOADED, OVERLOADED));

    answered(invoker.invoke(own(SEARCH, "1")));
  }

  @Test
  void whatBrokeOffIsBookedBeforeTheNextAttemptHoldsMore() {
    budgets.with(new BudgetId(BudgetScope.TEAM, "search"), BudgetPeriod.DAILY, "0.005");
    provider.failures.add(
        new ModelProvider.Reply.Interrupted(
            new ModelProvider.Reply.Unreachable("cut"),
            "claude-haiku-4-5",
            new Usage(0, 0, 0, 1500, 0, 0),
            false));
    InvocationResult.OverBudget over =
        assertInstanceOf(InvocationResult.OverBudget.class, invoker.invoke(own(SEARCH, "1")));

    assertEquals(1, provider.asked.size());
    assertEquals(2, log.records.size());
    assertEquals(new BigDecimal("0.003"), over.cost());
  }

  private void register(String text, String temperature) {
    register(
        PromptContent.ofText(
            text, "claude-haiku-4-5", Optional.of(new BigDecimal(temperature)), 200));
  }

  private void register(PromptContent content) {
    registry.register(NAME, content, "ada", "", ORDER);
  }

  private void activate(int version) {
    registry.activate(NAME, version, true, ORDER);
  }

  private Invocation own(Caller caller, String temperature) {
    return new Invocation(
        caller,
        "docs",
        Optional.of("alice"),
        question(temperature),
        CacheDirectives.DEFAULT,
        Purpose.LIVE,
        now.plusSeconds(20));
  }

  private Invocation own(ModelRequest request) {
    return new Invocation(
        SEARCH,
        "docs",
        Optional.empty(),
        new Input.Direct(request),
        CacheDirectives.DEFAULT,
        Purpose.LIVE,
        now.plusSeconds(20));
  }

  private static PromptContent openAiContent(PromptCaching caching) {
    return new PromptContent(
        PromptTemplate.ofText("Use this: {{context}}"),
        "gpt-4o",
        Optional.of(new BigDecimal("0.5")),
        200,
        Map.of(),
        false,
        CacheScope.TEAM,
        caching,
        List.of(),
        Optional.empty());
  }

  private static ModelRequest chat(String model, String others) {
    try {
      ObjectNode body = (ObjectNode) JSON.readTree(others);
      body.put("model", model).set("messages", turns());
      return read(ChatJson.parseRequest(body));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Input question(String temperature) {
    return new Input.Direct(request("claude-haiku-4-5", 100, temperature, "{}"));
  }

  private Invocation managed(Map<String, String> variables, Optional<ModelRequest> sent) {
    return managed(SEARCH, variables, sent);
  }

  private Invocation managed(
      Caller caller, Map<String, String> variables, Optional<ModelRequest> sent) {
    Map<String, JsonNode> values = new HashMap<>();
    variables.forEach((name, value) -> values.put(name, TextNode.valueOf(value)));
    return new Invocation(
        caller,
        "docs",
        Optional.empty(),
        new Input.Managed(NAME, new VersionRef.Production(), values, turns(), sent, true),
        CacheDirectives.DEFAULT,
        Purpose.LIVE,
        now.plusSeconds(20));
  }

  private static ModelRequest request(
      String model, int maxTokens, String temperature, String others) {
    try {
      ObjectNode body = (ObjectNode) JSON.readTree(others);
      body.put("model", model)
          .put("max_tokens", maxTokens)
          .put("temperature", new BigDecimal(temperature))
          .set("messages", turns());
      return read(MessagesJson.parseRequest(body, Optional.empty(), Optional.empty()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static ModelRequest read(ParseResult reading) {
    return switch (reading) {
      case ParseResult.Parsed(ModelRequest request) -> request;
      case ParseResult.Invalid invalid -> throw new AssertionError(invalid);
    };
  }

  private static ArrayNode turns() {
    ArrayNode turns = JSON.createArrayNode();
    turns.addObject().put("role", "user").put("content", "question");
    return turns;
  }

  private static InvocationResult.Answered answered(InvocationResult result) {
    return assertInstanceOf(InvocationResult.Answered.class, result);
  }

  /**
   * Answers "answer 1", "answer 2", ..., each after 40 ms on the test's clock, or what it takes.
   */
  private final class ScriptedProvider implements ModelProvider {
    private final Provider provider;
    private final String model;
    private final List<ModelRequest> asked = new ArrayList<>();
    private FinishReason finishReason = FinishReason.END_TURN;
    private Optional<String> text = Optional.empty();
    private final Deque<Reply.Failure> failures = new ArrayDeque<>();
    private Duration takes = Duration.ofMillis(40);

    ScriptedProvider(Provider provider, String model) {
      this.provider = provider;
      this.model = model;
    }

    @Override
    public Provider provider() {
      return provider;
    }

    @Override
    public Reply invoke(ModelRequest request, Duration patience) {
      asked.add(request);
      now = now.plus(takes);
      if (!failures.isEmpty()) {
        return failures.pop();
      }
      ObjectNode body = JSON.createObjectNode().put("text", text.orElse("answer " + asked.size()));
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

  /** Says whose turn it is as a test wants it; without a word, it is the caller's. */
  private static final class ScriptedFlights implements SingleFlight {
    private final Deque<Runnable> others = new ArrayDeque<>();
    private boolean everybodys;
    private int abandoned;
    private int landed;

    @Override
    public FlightRole acquire(CacheKey key) {
      if (everybodys) {
        return new FlightRole.Uncoordinated();
      }
      if (!others.isEmpty()) {
        others.pop().run();
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
              landed++;
            }
          });
    }
  }

  private final class InMemoryLog implements CallLog {
    private final List<CallRecord> records = new ArrayList<>();
    private final List<Duration> waits = new ArrayList<>();
    private Duration delay = Duration.ZERO;
    private boolean refuses;

    @Override
    public void append(CallRecord call, Duration patience) {
      waits.add(patience);
      now = now.plus(delay);
      if (refuses) {
        throw new CallNotLoggedException(call.id(), new IllegalStateException("refused"));
      }
      records.add(call);
    }
  }
}
