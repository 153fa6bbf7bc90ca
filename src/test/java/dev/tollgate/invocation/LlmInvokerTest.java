package dev.tollgate.invocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.cost.calls.CacheOutcome;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.cost.calls.CallRecordJson;
import dev.tollgate.identity.Caller;
import dev.tollgate.invocation.InvocationResult.Answered;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class LlmInvokerTest extends LlmInvokerFixture {
  @Test
  void recordsUsageAndCost() {
    Answered answered = answered(invoker.invoke(direct(SEARCH, "1")));

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
  void latencyIsNotNegativeIfClockIsSetBack() {
    provider.latency = Duration.ofSeconds(-16);
    Answered answered = answered(invoker.invoke(direct(SEARCH, "0")));

    assertEquals(Duration.ZERO, answered.call().latency());
    assertEquals(List.of(answered.call()), log.records);
  }

  @Test
  void sendsRequestToItsProvider() {
    ModelRequest request = chat("gpt-4o", "{\"temperature\": 0}");
    Answered first = answered(invoker.invoke(direct(request)));
    Answered second = answered(invoker.invoke(direct(request)));

    assertEquals(List.of(request), openAi.requests);
    assertTrue(provider.requests.isEmpty());
    assertEquals("openai", first.call().provider());
    assertEquals("openai/gpt-4o@2026-01-01", first.call().priceId());
    assertEquals(new BigDecimal("0.00075"), first.call().cost());
    assertEquals(CacheOutcome.EXACT, second.call().cache());
  }

  @Test
  void doesNotAskModelAfterDeadline() {
    Invocation late =
        new Invocation(
            SEARCH,
            "docs",
            Optional.empty(),
            input("0"),
            CacheDirectives.DEFAULT,
            Purpose.LIVE,
            now.minusMillis(1));

    InvocationResult.Failed failed =
        assertInstanceOf(InvocationResult.Failed.class, invoker.invoke(late));
    assertEquals(new Reply.TimedOut(), failed.failure());
    assertTrue(provider.requests.isEmpty());
    assertEquals(
        List.of(Duration.ofMillis(749)), log.timeouts, "ends before the function's timeout");
  }

  @Test
  void writesDeadLetterIfCallLogIsUnavailable() throws IOException {
    log.unavailable = true;
    Answered answered = answered(invoker.invoke(direct(SEARCH, "1")));

    String line = deadLetters.toString(StandardCharsets.UTF_8);
    assertEquals(1, line.lines().count());
    assertEquals(answered.call(), CallRecordJson.read(JSON.readTree(line).path("spilled_call")));
  }

  @Test
  void rejectsModelThatKeyForbids() {
    Caller haiku = limited(Set.of("claude-haiku-*"), Set.of());
    Caller opus = limited(Set.of("claude-opus-5"), Set.of());
    register("Be brief.", "0");
    activate(1);

    answered(invoker.invoke(direct(haiku, "1")));
    assertEquals(
        new InvocationResult.ModelNotAllowed("key_3", "claude-haiku-4-5"),
        invoker.invoke(direct(opus, "1")));
    answered(invoker.invoke(managed(haiku, Map.of(), Optional.empty())));
    assertEquals(
        new InvocationResult.ModelNotAllowed("key_3", "claude-haiku-4-5"),
        invoker.invoke(managed(opus, Map.of(), Optional.empty())));
    assertEquals(2, log.records.size());
  }

  @Test
  void rejectsUnmanagedRequestOfKeyRestrictedToPrompts() {
    register("Be brief.", "0");
    activate(1);
    Caller rag = limited(Set.of(), Set.of(NAME.value()));
    Caller other = limited(Set.of(), Set.of("other"));

    answered(invoker.invoke(managed(rag, Map.of(), Optional.empty())));
    assertEquals(
        new InvocationResult.PromptNotAllowed("key_3", NAME),
        invoker.invoke(managed(other, Map.of(), Optional.empty())));
    assertEquals(
        new InvocationResult.OnlyPromptsAllowed("key_3"), invoker.invoke(direct(rag, "1")));
    assertEquals(1, log.records.size());
  }
}
