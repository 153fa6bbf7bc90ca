package dev.tollgate.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.evaluation.judge.Faithfulness;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.evaluation.judge.JudgedClaim;
import dev.tollgate.evaluation.suite.AssertionResult;
import dev.tollgate.evaluation.suite.CaseScore;
import dev.tollgate.prompt.PromptName;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The tests that each store of runs must pass. */
abstract class RunStoreContract {
  private static final PromptName PROMPT = new PromptName("rag");
  private static final Instant START = Instant.parse("2026-11-24T03:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  abstract RunStore newStore();

  private static TestRun run(RunId id) {
    return new TestRun(
        id,
        new TestRun.Subject(
            PROMPT,
            3,
            "a".repeat(64),
            "b".repeat(64),
            new JudgeVersion("claude-sonnet-4-6", 1, "0123456789ab")),
        TestRun.Kind.NIGHTLY,
        new TestRun.Start("tollgate-regression", START),
        50,
        new TestRun.State.Running());
  }

  private static TestRun run() {
    return run(RunId.generate(Clock.systemUTC()));
  }

  private static Attempt answered(String caseId, int number, String text) {
    JudgedClaim claim =
        new JudgedClaim("It is blue.", JudgedClaim.Verdict.SUPPORTED, "blue", Optional.empty());
    JudgedClaim other =
        new JudgedClaim(
            "It is big.", JudgedClaim.Verdict.NOT_ENOUGH_INFO, "", Optional.of("no evidence"));
    Faithfulness.Scored faithfulness = new Faithfulness.Scored(List.of(claim, other));
    return new Attempt(
        caseId,
        number,
        Optional.of("colours"),
        true,
        new Attempt.Result.Answered(
            text,
            Duration.ofMillis(812),
            new BigDecimal("0.00123"),
            new CaseScore(
                CaseScore.Outcome.FAILED,
                new BigDecimal("0.25"),
                List.of(
                    new AssertionResult(
                        new AssertionResult.Requirement(
                            "contains", BigDecimal.ONE, "the answer contains green"),
                        AssertionResult.Status.FAILED,
                        Optional.of(BigDecimal.ZERO),
                        "no green"),
                    new AssertionResult(
                        new AssertionResult.Requirement(
                            "context-faithfulness", BigDecimal.ONE, "a share of 0"),
                        AssertionResult.Status.PASSED,
                        Optional.of(new BigDecimal("0.5")),
                        "1 of 2")),
                Optional.of(faithfulness))));
  }

  @Test
  void readsARunAsWritten() {
    RunStore store = newStore();
    TestRun run = run();
    assertTrue(store.create(run));
    assertFalse(store.create(run));
    assertEquals(Optional.of(run), store.find(PROMPT, run.id()));
    assertEquals(Optional.empty(), store.find(new PromptName("other"), run.id()));

    TestRun.State.Finished end =
        new TestRun.State.Finished(
            RunOutcome.ROLLED_BACK,
            "version 1 is back",
            START.plus(MINUTE),
            Optional.of(
                new Measures(
                    50,
                    List.of("case-004", "held-out-002"),
                    Optional.of(new Measures.ConfidenceInterval(0.81, 0.75, 0.87)),
                    0.98,
                    new BigDecimal("0.0512"))));
    assertTrue(store.finish(run, end));
    assertEquals(Optional.of(run.withState(end)), store.find(PROMPT, run.id()));
    assertFalse(store.finish(run, TestRun.State.Finished.invalid("too late", Clock.systemUTC())));
    assertEquals(Optional.of(run.withState(end)), store.find(PROMPT, run.id()));
  }

  @Test
  void cannotFinishAnUnknownRun() {
    assertFalse(
        newStore().finish(run(), TestRun.State.Finished.invalid("no such run", Clock.systemUTC())));
  }

  @Test
  void listsRunsNewestFirst() {
    RunStore store = newStore();
    List<TestRun> nightlyRuns = new ArrayList<>();
    for (int day = 1; day <= 5; day++) {
      TestRun run = run(RunId.ofNightlyRun(PROMPT, LocalDate.of(2026, 11, day)));
      nightlyRuns.add(run);
      assertTrue(store.create(run));
      assertTrue(store.claim(run, new Attempt.Key("case-001", 1), "me", START, START.plus(MINUTE)));
    }
    Collections.reverse(nightlyRuns);
    assertEquals(nightlyRuns, store.listNewest(PROMPT, Optional.empty(), 10));
    assertEquals(nightlyRuns.subList(0, 2), store.listNewest(PROMPT, Optional.empty(), 2));
    assertEquals(
        nightlyRuns.subList(2, 5),
        store.listNewest(PROMPT, Optional.of(nightlyRuns.get(1).id()), 10));
    assertEquals(List.of(), store.listNewest(new PromptName("other"), Optional.empty(), 10));
  }

  @Test
  void readsAnAttemptAsWritten() {
    RunStore store = newStore();
    TestRun run = run();
    List<Attempt> attempts =
        List.of(
            answered("case-001", 1, "It is blue. It is big."),
            answered("case-001", 2, "It is blüe."),
            new Attempt(
                "held-out-001",
                10,
                Optional.empty(),
                false,
                new Attempt.Result.NoAnswer("the model gave no answer: timeout")));
    for (Attempt attempt : attempts.reversed()) {
      assertTrue(store.claim(run, attempt.key(), "me", START, START.plus(MINUTE)));
      assertTrue(store.record(run, "me", attempt));
    }
    assertTrue(store.claim(run, new Attempt.Key("case-002", 1), "me", START, START.plus(MINUTE)));
    assertEquals(attempts, store.listAttempts(run));
    assertEquals(3, store.countAttempts(run));
    assertEquals(attempts.subList(0, 2), store.listAttempts(run, Optional.empty(), 2));
    assertEquals(
        attempts.subList(1, 3), store.listAttempts(run, Optional.of(attempts.getFirst().key()), 2));
    assertEquals(List.of(), store.listAttempts(run, Optional.of(attempts.getLast().key()), 10));
  }

  @Test
  void storesAnAnswerOfAnyLength() {
    RunStore store = newStore();
    TestRun run = run();
    Attempt attempt = answered("case-001", 1, "語".repeat(1_000_000));
    assertTrue(store.claim(run, attempt.key(), "me", START, START.plus(MINUTE)));
    assertTrue(store.record(run, "me", attempt));
    Attempt stored = store.listAttempts(run).getFirst();
    assertEquals(attempt.key(), stored.key());
    assertEquals(attempt.passed(), stored.passed());
  }

  @Test
  void storesAnAttemptWithManyLongAssertions() {
    RunStore store = newStore();
    TestRun run = run();
    String text = "語".repeat(3_000);
    AssertionResult result =
        new AssertionResult(
            new AssertionResult.Requirement("contains", BigDecimal.ONE, text),
            AssertionResult.Status.FAILED,
            Optional.of(BigDecimal.ZERO),
            text);
    Attempt attempt =
        new Attempt(
            "case-001",
            1,
            Optional.of("語".repeat(100_000)),
            false,
            new Attempt.Result.Answered(
                "語".repeat(100_000),
                Duration.ofMillis(812),
                BigDecimal.ZERO,
                new CaseScore(
                    CaseScore.Outcome.FAILED,
                    BigDecimal.ZERO,
                    Collections.nCopies(100, result),
                    Optional.empty())));
    assertTrue(store.claim(run, attempt.key(), "me", START, START.plus(MINUTE)));

    assertTrue(store.record(run, "me", attempt));
    assertEquals(
        List.of(attempt.key()), store.listAttempts(run).stream().map(Attempt::key).toList());
  }

  @Test
  void recordsAnAttemptOnce() {
    RunStore store = newStore();
    TestRun run = run();
    Attempt attempt = answered("case-001", 1, "It is blue.");
    Instant end = START.plus(MINUTE);
    assertFalse(store.record(run, "unclaimed", attempt));
    assertTrue(store.claim(run, attempt.key(), "killed", START, end));
    assertFalse(store.claim(run, attempt.key(), "second", end.minusMillis(1), end.plus(MINUTE)));

    // Lambda's retry of the function that was killed.
    assertTrue(store.claim(run, attempt.key(), "killed", START.plusMillis(1), end));

    Instant later = end.plusMillis(1);
    assertTrue(store.claim(run, attempt.key(), "second", later, later.plus(MINUTE)));
    assertFalse(store.record(run, "killed", attempt));
    assertTrue(store.record(run, "second", attempt));
    assertFalse(store.record(run, "second", answered("case-001", 1, "Another answer.")));
    assertFalse(
        store.claim(
            run,
            attempt.key(),
            "third",
            later.plus(MINUTE).plus(MINUTE),
            later.plus(MINUTE.multipliedBy(3))));
    assertEquals(List.of(attempt), store.listAttempts(run));
  }

  @Test
  void letsOneOfManyWorkersClaimAnAttempt() throws Exception {
    RunStore store = newStore();
    TestRun run = run();
    Attempt.Key key = new Attempt.Key("case-001", 1);
    List<Future<Boolean>> claims = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        String token = "worker-" + i;
        claims.add(threads.submit(() -> store.claim(run, key, token, START, START.plus(MINUTE))));
      }
    }
    int won = 0;
    for (Future<Boolean> claim : claims) {
      won += claim.get() ? 1 : 0;
    }
    assertEquals(1, won);
  }
}
