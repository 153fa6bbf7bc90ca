package dev.tollgate.shadow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.evaluation.HttpModelClient;
import dev.tollgate.evaluation.judge.SimulatedJudge;
import dev.tollgate.invocation.Invocation;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelProvider.Reply;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FreshAnswerComparatorTest {
  private final List<Invocation> asked = new ArrayList<>();
  private SimulatedJudge simulated;

  @BeforeEach
  void open() throws IOException {
    simulated = new SimulatedJudge();
  }

  @AfterEach
  void close() {
    simulated.close();
  }

  @Test
  void repeatsTheCallForTheCallerThatWasServed() {
    assertEquals(new ComparisonVerdict.Same(), compare(ShadowRequests.SERVED));

    Invocation invocation = asked.getFirst();
    assertEquals(
        new Invocation.Input.Replayed(ShadowRequests.request(), ShadowRequests.NAME, 1),
        invocation.input());
    assertEquals(Purpose.SHADOW, invocation.purpose());
    assertEquals("search", invocation.caller().team());
    assertEquals("key_1", invocation.caller().keyId());
    assertEquals("key_0", invocation.caller().principalId(), "whose budget pays");
    assertEquals("chat", invocation.endpoint());
    assertEquals(Optional.empty(), invocation.user());
    assertTrue(invocation.cacheDirectives().bypass());
    assertEquals(List.of(), simulated.invocations, "what is equal needs no judge");
  }

  @Test
  void asksTheJudgeIfTheWordsDiffer() {
    assertEquals(
        new ComparisonVerdict.Same(), compare("Any product can be returned within 30 days."));
    assertEquals(
        new ComparisonVerdict.Different(), compare("You can return any product within 14 days."));

    assertEquals(2 + 3, simulated.invocations.size(), "the known-answer checks are asked once");
    assertEquals("search", simulated.invocations.getFirst().caller().team());
    assertEquals(Purpose.JUDGE, simulated.invocations.getFirst().purpose());
  }

  @Test
  void isUndecidedIfTheModelOrTheJudgeFails() {
    String other = "You can return any product within 14 days.";
    assertInstanceOf(ComparisonVerdict.Undecided.class, compare(other, FinishReason.REFUSAL));
    assertInstanceOf(ComparisonVerdict.Undecided.class, compare(other, FinishReason.MAX_TOKENS));
    assertInstanceOf(ComparisonVerdict.Undecided.class, compare(" ", FinishReason.END_TURN));
    assertInstanceOf(
        ComparisonVerdict.Undecided.class,
        compare(
            new InvocationResult.Failed(
                new Reply.TimedOut(), CallRecords.failed(Instant.EPOCH), BigDecimal.ZERO)));
    assertEquals(List.of(), simulated.invocations);

    simulated.replyTransform = _ -> "{}";
    assertInstanceOf(ComparisonVerdict.Undecided.class, compare(other));
  }

  private ComparisonVerdict compare(String fresh) {
    return compare(fresh, FinishReason.END_TURN);
  }

  private ComparisonVerdict compare(String fresh, FinishReason reason) {
    return compare(HttpModelClient.answered(ShadowRequests.request(), reason, fresh));
  }

  private ComparisonVerdict compare(InvocationResult result) {
    FreshAnswerComparator answers =
        new FreshAnswerComparator(
            invocation -> {
              asked.add(invocation);
              return result;
            },
            simulated.judge);
    return answers.compare(ShadowRequests.next(), Instant.MAX);
  }
}
