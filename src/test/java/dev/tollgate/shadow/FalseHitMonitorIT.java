package dev.tollgate.shadow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.TestEngines;
import dev.tollgate.audit.AuditEventType;
import dev.tollgate.audit.ChainVerification;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.evaluation.HttpModelClient;
import dev.tollgate.evaluation.judge.SimulatedJudge;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptStore;
import dev.tollgate.prompt.PromptStores;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.shadow.ComparisonStore.CountingWindow;
import dev.tollgate.shadow.ComparisonStore.DifferingCall;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FalseHitMonitorIT {
  private static final ChangeRequest CHANGE =
      new ChangeRequest("key_1", Optional.of("on purpose"), OptionalLong.empty());

  private static final String OTHER = "You can return any product within 14 days.";

  private final String table = TestEngines.table("PromptsTable");
  private final PromptStore prompts = PromptStores.dynamoDb(table);
  private final PromptRegistry registry = new PromptRegistry(prompts, Clock.systemUTC());
  private final ComparisonStore comparisons =
      new DynamoDbComparisonStore(TestEngines.dynamoDb(), table);
  private final AtomicInteger asked = new AtomicInteger();
  private volatile String fresh = ShadowRequests.SERVED;
  private SimulatedJudge simulated;
  private FalseHitMonitor monitor;

  @BeforeEach
  void open() throws IOException {
    simulated = new SimulatedJudge();
    monitor =
        new FalseHitMonitor(
            ShadowRequests.events(Optional.of("secret")),
            new FreshAnswerComparator(_ -> answered(), simulated.judge),
            comparisons,
            registry,
            Clock.systemUTC(),
            new FalseHitLimit(0.01));
    for (int version = 1; version <= 2; version++) {
      registry.register(
          ShadowRequests.NAME,
          PromptContent.ofText("v" + version, "claude-haiku-4-5", Optional.empty(), 100),
          "ada",
          "",
          CHANGE);
    }
    registry.activate(ShadowRequests.NAME, 1, true, CHANGE);
  }

  @AfterEach
  void close() {
    simulated.close();
  }

  @Test
  void countsConcurrentAndRepeatedComparisonsOnce() throws Exception {
    List<ShadowRequest> shadows = shadows(40);
    List<ShadowRequest> delivered = new ArrayList<>(shadows);
    delivered.addAll(shadows.subList(0, 20));
    Collections.shuffle(delivered);
    List<ComparisonResult> results = compare(delivered);

    assertEquals(new VerdictCounts(40, 0, 0), counts());
    assertEquals(40, results.stream().filter(it -> it.verdict().isPresent()).count());
    assertTrue(state().semantic().isOn());
  }

  @Test
  void disablesTheCacheOnceAfterManyWrongAnswers() throws Exception {
    fresh = OTHER;
    List<ComparisonResult> results = compare(shadows(20));

    int compared = (int) results.stream().filter(it -> it.verdict().isPresent()).count();
    assertTrue(compared >= 2, "it takes two");
    assertEquals(new VerdictCounts(0, compared, 0), counts());
    List<ComparisonResult> tipped =
        results.stream().filter(it -> it.disabledReason().isPresent()).toList();
    assertEquals(1, tipped.size());
    ComparisonResult tipping = tipped.getFirst();
    assertEquals(
        Optional.of(tipping.callId().value()), state().semantic().off().orElseThrow().callId());
    assertEquals(
        List.of(
            AuditEventType.SEMANTIC_OFF,
            AuditEventType.FORCE,
            AuditEventType.REGISTER,
            AuditEventType.REGISTER),
        prompts.listEvents(ShadowRequests.NAME, Long.MAX_VALUE, 10).stream()
            .map(event -> event.entry().type())
            .toList());
    assertEquals(new ChainVerification.Intact(), prompts.verifyChain(state()));

    ComparisonResult again = monitor.compare(ShadowRequests.of(tipping.callId()));
    assertEquals(Optional.empty(), again.verdict());
    assertTrue(
        again.disabledReason().isPresent(), "an alarm that may have been lost is rung again");
    assertEquals(
        Math.min(10, compared), comparisons.listDifferingCalls(ShadowRequests.NAME, 10).size());
  }

  @Test
  void skipsPendingComparisonsWhileTheCacheIsOff() {
    registry.disableSemanticCache(ShadowRequests.NAME, CHANGE);

    assertEquals(Optional.empty(), monitor.compare(ShadowRequests.next()).verdict());
    assertEquals(VerdictCounts.NONE, counts());
    assertEquals(0, asked.get());
  }

  @Test
  void restartsTheCountsWhenTheCacheIsReenabled() {
    fresh = OTHER;
    monitor.compare(ShadowRequests.next());
    ShadowRequest second = ShadowRequests.next();
    assertEquals(
        Optional.of(
            "2 of 2 compared answers differ from the model's own: at least 34.24 % of all, the"
                + " limit is 1 %"),
        monitor.compare(second).disabledReason());
    DifferingCall different = comparisons.listDifferingCalls(ShadowRequests.NAME, 1).getFirst();
    assertEquals(
        new DifferingCall(second.callId().value(), second.hit().answeredBy().value(), "0.9612", 1),
        different);

    ShadowRequest late =
        ShadowRequests.of(CallId.next(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-1))));
    registry.enableSemanticCache(ShadowRequests.NAME, CHANGE);
    assertEquals(Optional.empty(), monitor.compare(late).verdict());
    assertEquals(VerdictCounts.NONE, counts());
    ShadowRequest since =
        ShadowRequests.of(CallId.next(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(1))));
    assertEquals(Optional.of(new ComparisonVerdict.Different()), monitor.compare(since).verdict());
    assertEquals(new VerdictCounts(0, 1, 0), counts());
  }

  @Test
  void doesNotDisableTheCacheForAnInactiveVersion() {
    registry.activate(ShadowRequests.NAME, 2, true, CHANGE);
    fresh = OTHER;
    for (ShadowRequest shadow : shadows(3)) {
      assertEquals(Optional.empty(), monitor.compare(shadow).disabledReason());
    }
    assertTrue(state().semantic().isOn());
    assertEquals(new VerdictCounts(0, 3, 0), counts());

    registry.activate(ShadowRequests.NAME, 1, true, CHANGE);
    assertTrue(monitor.compare(ShadowRequests.next()).disabledReason().isPresent());
  }

  @Test
  void countsUndecidedComparisonsSeparately() {
    fresh = "";
    monitor.compare(ShadowRequests.next());

    assertEquals(new VerdictCounts(0, 0, 1), counts());
    assertEquals(List.of(), comparisons.listDifferingCalls(ShadowRequests.NAME, 10));
  }

  private static List<ShadowRequest> shadows(int count) {
    List<ShadowRequest> shadows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shadows.add(ShadowRequests.next());
    }
    return shadows;
  }

  private List<ComparisonResult> compare(List<ShadowRequest> shadows) throws InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return threads
          .invokeAll(
              shadows.stream()
                  .<Callable<ComparisonResult>>map(it -> () -> monitor.compare(it))
                  .toList())
          .stream()
          .map(Future::resultNow)
          .toList();
    }
  }

  private VerdictCounts counts() {
    return comparisons.counts(
        CountingWindow.of(
            state(),
            prompts.findVersion(ShadowRequests.NAME, 1).orElseThrow().content().versionHash()));
  }

  private PromptState state() {
    return prompts.findState(ShadowRequests.NAME).orElseThrow();
  }

  private InvocationResult answered() {
    asked.incrementAndGet();
    return HttpModelClient.answered(ShadowRequests.request(), FinishReason.END_TURN, fresh);
  }
}
