package dev.tollgate.shadow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.evaluation.HttpModels;
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

final class FreshAnswersTest {
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
  void asksTheModelTheQuestionAnewForWhomWasServed() {
    assertEquals(new Verdict.Same(), compare(Shadows.SERVED));

    Invocation invocation = asked.getFirst();
    assertEquals(
        new Invocation.Input.Replayed(Shadows.request(), Shadows.NAME, 1), invocation.input());
    assertEquals(Purpose.SHADOW, invocation.purpose());
    assertEquals("search", invocation.caller().team());
    assertEquals("key_1", invocation.caller().keyId());
    assertEquals("key_0", invocation.caller().principalId(), "whose budget pays");
    assertEquals("chat", invocation.endpoint());
    assertEquals(Optional.empty(), invocation.user());
    assertTrue(invocation.cacheDirectives().bypass());
    assertEquals(List.of(), simulated.asked, "what is equal needs no judge");
  }

  @Test
  void aJudgeDecidesOnOtherWords() {
    assertEquals(new Verdict.Same(), compare("Any product can be returned within 30 days."));
    assertEquals(new Verdict.Different(), compare("You can return any product within 14 days."));

    assertEquals(2 + 3, simulated.asked.size(), "the canaries are asked once");
    assertEquals("search", simulated.asked.getFirst().caller().team());
    assertEquals(Purpose.JUDGE, simulated.asked.getFirst().purpose());
  }

  @Test
  void whatNobodyCanSayIsUndecided() {
    String other = "You can return any product within 14 days.";
    assertInstanceOf(Verdict.Undecided.class, compare(other, FinishReason.REFUSAL));
    assertInstanceOf(Verdict.Undecided.class, compare(other, FinishReason.MAX_TOKENS));
    assertInstanceOf(Verdict.Undecided.class, compare(" ", FinishReason.END_TURN));
    assertInstanceOf(
        Verdict.Undecided.class,
        compare(
            new InvocationResult.Failed(
                new Reply.TimedOut(), CallRecords.failed(Instant.EPOCH), BigDecimal.ZERO)));
    assertEquals(List.of(), simulated.asked);

    simulated.distortion = _ -> "{}";
    assertInstanceOf(Verdict.Undecided.class, compare(other));
  }

  private Verdict compare(String fresh) {
    return compare(fresh, FinishReason.END_TURN);
  }

  private Verdict compare(String fresh, FinishReason reason) {
    return compare(HttpModels.answered(Shadows.request(), reason, fresh));
  }

  private Verdict compare(InvocationResult result) {
    FreshAnswers answers =
        new FreshAnswers(
            invocation -> {
              asked.add(invocation);
              return result;
            },
            simulated.judge);
    return answers.compare(Shadows.next(), Instant.MAX);
  }
}
