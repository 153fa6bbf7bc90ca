package dev.tollgate.invocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.cost.calls.CacheOutcome;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.identity.Caller;
import dev.tollgate.invocation.Invocation.Input;
import dev.tollgate.invocation.InvocationResult.Answered;
import dev.tollgate.prompt.content.CacheScope;
import dev.tollgate.prompt.content.CacheSettings;
import dev.tollgate.prompt.content.ModelSettings;
import dev.tollgate.prompt.content.PromptCaching;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.PromptTemplate;
import dev.tollgate.provider.ModelRequest;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Adapted requests, retired models, successors and fallbacks. */
final class ModelSelectionTest extends LlmInvokerFixture {
  @Test
  void droppedTemperatureZeroStillAllowsCaching() {
    ModelRequest sent = request("claude-opus-5", 100, "0", "{\"top_k\": 3}");
    Answered first = answered(invoker.invoke(direct(sent)));
    Answered second = answered(invoker.invoke(direct(sent)));

    assertEquals(List.of("temperature", "top_k"), first.droppedFields());
    assertEquals(Optional.empty(), provider.requests.getFirst().temperature());
    assertEquals("{}", provider.requests.getFirst().otherFields().toString());
    assertEquals(CacheOutcome.EXACT, second.call().cache());
    assertEquals(List.of("temperature", "top_k"), second.droppedFields());
  }

  @Test
  void droppedFieldsAreNotPartOfCacheKey() {
    invoker.invoke(direct(request("claude-opus-5", 100, "0", "{}")));
    Answered warm = answered(invoker.invoke(direct(request("claude-opus-5", 100, "0.7", "{}"))));
    Answered consenting =
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
  void dropsPromptTemperatureThatModelRejects() {
    register(PromptContent.ofText("Be brief.", "claude-opus-5", Optional.of(BigDecimal.ZERO), 9));
    activate(1);
    invoker.invoke(managed(Map.of(), Optional.empty()));
    Answered second = answered(invoker.invoke(managed(Map.of(), Optional.empty())));

    assertEquals(Optional.empty(), provider.requests.getFirst().temperature());
    assertEquals(List.of("temperature"), second.droppedFields());
    assertEquals(CacheOutcome.EXACT, second.call().cache());
  }

  @Test
  void rejectsRetiredModelAndNamesSuccessor() {
    ModelRequest sent = request("claude-opus-4-1-20250805", 100, "0", "{}");

    assertEquals(
        new InvocationResult.ModelRetired(
            "claude-opus-4-1-20250805",
            LocalDate.parse("2026-08-05"),
            Optional.of("claude-opus-4-8")),
        invoker.invoke(direct(sent)));
    assertTrue(provider.requests.isEmpty());
    assertTrue(log.records.isEmpty());
  }

  @Test
  void usesSuccessorIfEnabled() {
    ModelRequest sent = request("claude-opus-4-1", 100, "0", "{}");
    LlmInvoker succeeding = pipeline.usingSuccessors().invoker();
    Answered answered = answered(succeeding.invoke(direct(sent)));

    assertEquals("claude-opus-4-8", provider.requests.getFirst().model());
    // Unlike the requested model, the successor rejects a temperature.
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
  void fallsBackToModelOfOtherProvider() {
    register(fallingBack("gpt-4o"));
    activate(1);
    provider.failures.addAll(List.of(OVERLOADED, OVERLOADED, OVERLOADED));
    Answered first = answered(invoker.invoke(managed(Map.of(), Optional.empty())));
    Answered second = answered(invoker.invoke(managed(Map.of(), Optional.empty())));

    assertEquals("gpt-4o", openAi.requests.getFirst().model());
    assertEquals(
        "Be brief.", openAi.requests.getFirst().messages().path(0).path("content").asText());
    assertEquals("openai", first.call().provider());
    assertEquals("claude-haiku-4-5", first.call().requestedModel());
    assertEquals("gpt-4o", first.call().model());
    assertEquals(new BigDecimal("0.00075"), first.call().cost());
    // The first model answers again, since the fallback's answer was not cached.
    assertEquals("claude-haiku-4-5", second.call().model());
    assertEquals(CacheOutcome.NONE, second.call().cache());
    assertEquals(Optional.empty(), first.cacheKey());
    assertEquals(1, flights.abandoned);
  }

  @Test
  void doesNotFallBackToOtherApi() {
    register(fallingBack("gpt-4o", "claude-sonnet-4-6"));
    activate(1);
    provider.failures.addAll(List.of(OVERLOADED, OVERLOADED, OVERLOADED));
    ModelRequest sent = request("any", 200, "0", "{}");
    answered(invoker.invoke(managed(Map.of(), Optional.of(sent))));

    assertTrue(openAi.requests.isEmpty());
    assertEquals("claude-sonnet-4-6", provider.requests.getLast().model());
  }

  @Test
  void doesNotFallBackToModelThatKeyForbids() {
    register(fallingBack("gpt-4o"));
    activate(1);
    provider.failures.addAll(List.of(OVERLOADED, OVERLOADED, OVERLOADED));
    Caller haiku = limited(Set.of("claude-haiku-*"), Set.of());

    assertInstanceOf(
        InvocationResult.Failed.class, invoker.invoke(managed(haiku, Map.of(), Optional.empty())));
    assertTrue(openAi.requests.isEmpty());
  }

  @Test
  void testRunDoesNotFallBack() {
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
    assertTrue(openAi.requests.isEmpty());
  }

  @Test
  void cachesAnswerOfFallbackIfFirstModelIsRetired() {
    register(content("claude-opus-4-1", Optional.of(BigDecimal.ZERO), List.of("claude-haiku-4-5")));
    activate(1);
    Answered first = answered(invoker.invoke(managed(Map.of(), Optional.empty())));
    Answered second = answered(invoker.invoke(managed(Map.of(), Optional.empty())));

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
        new ModelSettings(model, temperature, 200, fallbacks),
        Map.of(),
        new CacheSettings(false, CacheScope.TEAM, PromptCaching.OFF, Optional.empty()));
  }
}
