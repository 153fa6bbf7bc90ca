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
import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptStore;
import dev.tollgate.prompt.PromptStores;
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
  private static final ChangeRequest ORDER =
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
  private FalseHitMonitor watch;

  @BeforeEach
  void open() throws IOException {
    simulated = new SimulatedJudge();
    watch =
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
          ORDER);
    }
    registry.activate(ShadowRequests.NAME, 1, true, ORDER);
  }

  @AfterEach
  void close() {
    simulated.close();
  }

  @Test
  void comparisonsAtOnceAndAgainAreEachCountedOnce() throws Exception {
    List<ShadowRequest> shadows = shadows(40);
    List<ShadowRequest> delivered = new ArrayList<>(shadows);
    delivered.addAll(shadows.subList(0, 20));
    Collections.shuffle(delivered);
    List<ComparisonResult> findings = compare(delivered);

    assertEquals(new VerdictCounts(40, 0, 0), tally());
    assertEquals(40, findings.stream().filter(it -> it.verdict().isPresent()).count());
    assertTrue(head().semantic().isOn());
  }

  @Test
  void manyWrongAnswersSwitchItOffOnce() throws Exception {
    fresh = OTHER;
    List<ComparisonResult> findings = compare(shadows(20));

    int compared = (int) findings.stream().filter(it -> it.verdict().isPresent()).count();
    assertTrue(compared >= 2, "it takes two");
    assertEquals(new VerdictCounts(0, compared, 0), tally());
    List<ComparisonResult> tipped =
        findings.stream().filter(it -> it.disabledReason().isPresent()).toList();
    assertEquals(1, tipped.size());
    ComparisonResult tipping = tipped.getFirst();
    assertEquals(
        Optional.of(tipping.callId().value()), head().semantic().off().orElseThrow().callId());
    assertEquals(
        List.of(
            AuditEventType.SEMANTIC_OFF,
            AuditEventType.FORCE,
            AuditEventType.REGISTER,
            AuditEventType.REGISTER),
        prompts.listEvents(ShadowRequests.NAME, Long.MAX_VALUE, 10).stream()
            .map(event -> event.entry().type())
            .toList());
    assertEquals(new ChainVerification.Intact(), prompts.verifyChain(head()));

    ComparisonResult again = watch.compare(ShadowRequests.of(tipping.callId()));
    assertEquals(Optional.empty(), again.verdict());
    assertTrue(
        again.disabledReason().isPresent(), "an alarm that may have been lost is rung again");
    assertEquals(
        Math.min(10, compared), comparisons.listDifferingCalls(ShadowRequests.NAME, 10).size());
  }

  @Test
  void whatWaitsWhileItIsOffIsPaidForNoMore() {
    registry.disableSemanticCache(ShadowRequests.NAME, ORDER);

    assertEquals(Optional.empty(), watch.compare(ShadowRequests.next()).verdict());
    assertEquals(VerdictCounts.NONE, tally());
    assertEquals(0, asked.get());
  }

  @Test
  void whoeverSwitchesItOnAgainForgivesWhatWasServedBefore() {
    fresh = OTHER;
    watch.compare(ShadowRequests.next());
    ShadowRequest second = ShadowRequests.next();
    assertEquals(
        Optional.of(
            "2 of 2 compared answers differ from the model's own, at least 34.24 % of all, where"
                + " 1 % may"),
        watch.compare(second).disabledReason());
    DifferingCall different = comparisons.listDifferingCalls(ShadowRequests.NAME, 1).getFirst();
    assertEquals(
        new DifferingCall(second.callId().value(), second.hit().answeredBy().value(), "0.9612", 1),
        different);

    ShadowRequest late =
        ShadowRequests.of(CallId.next(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-1))));
    registry.enableSemanticCache(ShadowRequests.NAME, ORDER);
    assertEquals(Optional.empty(), watch.compare(late).verdict());
    assertEquals(VerdictCounts.NONE, tally());
    ShadowRequest since =
        ShadowRequests.of(CallId.next(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(1))));
    assertEquals(Optional.of(new ComparisonVerdict.Different()), watch.compare(since).verdict());
    assertEquals(new VerdictCounts(0, 1, 0), tally());
  }

  @Test
  void aVersionThatIsTriedOutSwitchesNothingOff() {
    registry.activate(ShadowRequests.NAME, 2, true, ORDER);
    fresh = OTHER;
    for (ShadowRequest shadow : shadows(3)) {
      assertEquals(Optional.empty(), watch.compare(shadow).disabledReason());
    }
    assertTrue(head().semantic().isOn());
    assertEquals(new VerdictCounts(0, 3, 0), tally());

    registry.activate(ShadowRequests.NAME, 1, true, ORDER);
    assertTrue(watch.compare(ShadowRequests.next()).disabledReason().isPresent());
  }

  @Test
  void whatIsUndecidedIsCountedApart() {
    fresh = "";
    watch.compare(ShadowRequests.next());

    assertEquals(new VerdictCounts(0, 0, 1), tally());
    assertEquals(List.of(), comparisons.listDifferingCalls(ShadowRequests.NAME, 10));
  }

  private static List<ShadowRequest> shadows(int many) {
    List<ShadowRequest> shadows = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      shadows.add(ShadowRequests.next());
    }
    return shadows;
  }

  private List<ComparisonResult> compare(List<ShadowRequest> shadows) throws InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return threads
          .invokeAll(
              shadows.stream()
                  .<Callable<ComparisonResult>>map(it -> () -> watch.compare(it))
                  .toList())
          .stream()
          .map(Future::resultNow)
          .toList();
    }
  }

  private VerdictCounts tally() {
    return comparisons.counts(
        CountingWindow.of(
            head(),
            prompts.findVersion(ShadowRequests.NAME, 1).orElseThrow().content().versionHash()));
  }

  private PromptState head() {
    return prompts.findState(ShadowRequests.NAME).orElseThrow();
  }

  private InvocationResult answered() {
    asked.incrementAndGet();
    return HttpModelClient.answered(ShadowRequests.request(), FinishReason.END_TURN, fresh);
  }
}
