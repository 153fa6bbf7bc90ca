package dev.tollgate.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.audit.AuditEntry;
import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditEventType;
import dev.tollgate.audit.ChainVerification;
import dev.tollgate.prompt.PromptRegistry.Found;
import dev.tollgate.prompt.PromptRegistry.Moved;
import dev.tollgate.prompt.PromptRegistry.Registration;
import dev.tollgate.prompt.PromptStore.Commit;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link PromptStore} must do, alone and under the registry. */
abstract class PromptStoreContract {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  static final PromptName NAME = new PromptName("greeting");
  private static final Suite SUITE = new Suite("tests: [{}]\n");

  private Instant now = START;
  private PromptStore store;
  private PromptRegistry registry;

  /** Returns an empty store. */
  abstract PromptStore newStore();

  @BeforeEach
  void makeStore() {
    store = newStore();
    Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    registry = new PromptRegistry(store, clock);
  }

  // The store

  @Test
  void anUnknownPromptHasNothing() {
    assertEquals(Optional.empty(), store.findHead(NAME));
    assertEquals(Optional.empty(), store.find(NAME, 1));
    assertEquals(OptionalInt.empty(), store.findContent(NAME, "hash"));
    assertEquals(List.of(), store.history(NAME, Integer.MAX_VALUE, 10));
    assertEquals(List.of(), store.labels(NAME));
    assertEquals(List.of(), store.events(NAME, Long.MAX_VALUE, 10));
    assertEquals(refused(new Refusal.UnknownPrompt(NAME)), activate(1));
    assertEquals(
        refused(new Refusal.UnknownPrompt(NAME)), registry.find(NAME, new VersionRef.Latest()));
  }

  @Test
  void readsBackEverythingThatWasRegistered() {
    PromptContent content =
        new PromptContent(
            new PromptTemplate(
                List.of(
                    new PromptMessage(
                        PromptMessage.Role.SYSTEM, new Template("Grüße \"{{name}}\" 👋\n")),
                    new PromptMessage(PromptMessage.Role.USER, new Template("{{doc}}")))),
            "claude-haiku-4-5",
            Optional.of(new BigDecimal("0.25")),
            77,
            Map.of(
                "name",
                new Variable(
                    Variable.Type.STRING, false, Optional.of(TextNode.valueOf("du")), false),
                "doc",
                new Variable(Variable.Type.DOCUMENT, true, Optional.empty(), true)),
            true,
            CacheScope.USER,
            PromptCaching.ONE_HOUR,
            List.of(),
            Optional.empty());
    PromptVersion version = registry.register(NAME, content, "ada", "first", order()).version();

    assertEquals(new PromptVersion(NAME, 1, content, "ada", "key_1", "first", START), version);
    assertEquals(Optional.of(version), store.find(NAME, 1));
    assertEquals(OptionalInt.of(1), store.findContent(NAME, content.versionHash()));
    assertEquals(List.of(VersionSummary.of(version)), store.history(NAME, Integer.MAX_VALUE, 10));
  }

  @Test
  void aChangeDecidedOnAnOldHeadIsNotWritten() {
    register("one");
    PromptHead old = head();
    register("two");
    AuditEntry act = AuditEntry.of(AuditEventType.PURGE, "key_1", START);

    assertEquals(new Commit.Conflict(), store.commit(PromptChange.of(old, old.purged(), act)));
    assertEquals(0, head().epoch());
    assertEquals(2, store.events(NAME, Long.MAX_VALUE, 10).size());
    assertEquals(
        new Commit.Committed(), store.commit(PromptChange.of(head(), head().purged(), act)));
    assertEquals(1, head().epoch());
  }

  @Test
  void historyIsNewestFirstInPages() {
    IntStream.rangeClosed(1, 12).forEach(number -> register("v" + number));

    assertEquals(List.of(12, 11, 10, 9, 8), numbers(store.history(NAME, Integer.MAX_VALUE, 5)));
    assertEquals(List.of(7, 6, 5, 4, 3), numbers(store.history(NAME, 8, 5)));
    assertEquals(List.of(2, 1), numbers(store.history(NAME, 3, 5)));
    assertEquals(List.of(), numbers(store.history(NAME, 1, 5)));
  }

  @Test
  void listsEveryPromptOnceInOrder() {
    for (String name : List.of("b", "c", "a", "b")) {
      registry.register(new PromptName(name), content(name + now), "ada", "", order());
      now = now.plusSeconds(1);
    }

    assertEquals(List.of("a", "b", "c"), names(store.heads(Optional.empty(), 10)));
    assertEquals(List.of("a", "b"), names(store.heads(Optional.empty(), 2)));
    assertEquals(List.of("c"), names(store.heads(Optional.of(new PromptName("b")), 2)));
  }

  // Versions

  @Test
  void registeringTheNewestContentAgainMakesNoVersion() {
    PromptVersion first = register("one").version();

    assertEquals(
        new Registration(first, true),
        registry.register(NAME, content("one"), "grace", "again", order()));
    assertEquals(1, store.history(NAME, Integer.MAX_VALUE, 10).size());
  }

  @Test
  void anOlderContentMayComeBackAsANewVersion() {
    register("one");
    register("two");

    assertEquals(3, register("one").version().number());
    assertEquals(OptionalInt.of(3), store.findContent(NAME, content("one").versionHash()));
  }

  @Test
  void aVersionIsFoundByNumberLabelAndPointer() {
    register("one");
    register("two");
    registry.label(NAME, new Label("staging"), 2, order());
    force(1);

    assertEquals(1, find(new VersionRef.Production()));
    assertEquals(2, find(new VersionRef.Latest()));
    assertEquals(2, find(new VersionRef.Labelled(new Label("staging"))));
    assertEquals(1, find(new VersionRef.Number(1)));
    assertEquals(
        refused(new Refusal.UnknownVersion(NAME, 3, 2)),
        registry.find(NAME, new VersionRef.Number(3)));
    assertEquals(
        refused(new Refusal.UnknownLabel(NAME, new Label("none"))),
        registry.find(NAME, new VersionRef.Labelled(new Label("none"))));
  }

  // Gate

  @Test
  void withoutATestNothingGoesLiveUnlessForced() {
    register("one");

    assertEquals(closed(1, new Gate.NoSuite()), activate(1));
    assertEquals(OptionalInt.empty(), head().active());
    assertEquals(done(new Moved(1, OptionalInt.empty(), 1)), force(1));
    assertEquals(AuditEventType.FORCE, newestEvent().entry().type());
    assertEquals(Optional.of("on purpose"), newestEvent().entry().reason());
  }

  @Test
  void aPassedRunOpensTheGateForThirtyDays() {
    register("one");
    registry.testWith(NAME, SUITE, order());
    assertEquals(closed(1, new Gate.NotRun(SUITE.hash())), activate(1));

    record(verdict("one", SUITE, false));
    assertEquals(closed(1, new Gate.Failed(verdict("one", SUITE, false))), activate(1));

    GateVerdict passed = verdict("one", SUITE, true);
    record(passed);
    now = START.plus(Duration.ofDays(30)).plusMillis(1);
    assertEquals(closed(1, new Gate.Expired(passed)), activate(1));

    now = START.plus(Duration.ofDays(30));
    assertEquals(done(new Moved(1, OptionalInt.empty(), 2)), activate(1));
    assertEquals(AuditEventType.ACTIVATE, newestEvent().entry().type());
    assertEquals(Optional.of("run_1"), newestEvent().entry().runId());
  }

  @Test
  void aRunThatBeganBeforeAnotherOneFailedDoesNotOpenTheGate() {
    register("one");
    registry.testWith(NAME, SUITE, order());
    Instant before = START.minusMillis(1);
    assertTrue(store.record(NAME, verdict("one", SUITE, true), before));
    assertTrue(store.record(NAME, verdict("one", SUITE, false), before));
    assertFalse(store.record(NAME, verdict("one", SUITE, true), before));
    assertEquals(closed(1, new Gate.Failed(verdict("one", SUITE, false))), activate(1));

    assertTrue(store.record(NAME, verdict("one", SUITE, true), START));
    assertInstanceOf(Outcome.Done.class, activate(1));
  }

  @Test
  void aSuiteThatChangedAfterTheRunClosesTheGate() {
    register("one");
    registry.testWith(NAME, SUITE, order());
    record(verdict("one", SUITE, true));
    Suite stricter = new Suite("tests: [{}, {}]\n");
    registry.testWith(NAME, stricter, order());

    assertEquals(closed(1, new Gate.NotRun(stricter.hash())), activate(1));
    registry.testWith(NAME, SUITE, order());
    assertInstanceOf(Outcome.Done.class, activate(1));
  }

  @Test
  void anotherModelWithTheSameTextHasToPassForItself() {
    register("one");
    registry.register(
        NAME,
        PromptContent.ofText("one", "claude-opus-5", Optional.empty(), 100),
        "ada",
        "",
        order());
    registry.testWith(NAME, SUITE, order());
    record(verdict("one", SUITE, true));

    assertEquals(closed(2, new Gate.NotRun(SUITE.hash())), activate(2));
    assertInstanceOf(Outcome.Done.class, activate(1));
  }

  @Test
  void theGateIsLookedAtInTheTransactionItself() {
    register("one");
    registry.testWith(NAME, SUITE, order());
    PromptHead head = head();
    PromptHead after = head.with(head.rollout().activated(1));
    PromptChange.OpenGate gate =
        new PromptChange.OpenGate(content("one").versionHash(), SUITE.hash(), START);
    PromptChange change =
        PromptChange.of(head, after, AuditEntry.of(AuditEventType.ACTIVATE, "key_1", START))
            .through(gate);

    assertEquals(new Commit.Conflict(), store.commit(change));
    now = START.minusMillis(1);
    record(verdict("one", SUITE, false));
    assertEquals(new Commit.Conflict(), store.commit(change));
    record(verdict("one", SUITE, true));
    assertEquals(new Commit.Conflict(), store.commit(change));
    assertEquals(OptionalInt.empty(), head().active());
    now = START;
    record(verdict("one", SUITE, true));
    assertEquals(new Commit.Committed(), store.commit(change));
    assertEquals(OptionalInt.of(1), head().active());
  }

  @Test
  void aSecondPersonMayBeRequired() {
    register("one");
    registry.requireSecondPerson(NAME, true, order());

    assertEquals(refused(new Refusal.SecondPersonRequired(NAME, 1, "key_1")), force(1));
    assertInstanceOf(
        Outcome.Done.class,
        registry.activate(
            NAME, 1, true, new Order("key_2", Optional.of("looked at it"), OptionalLong.empty())));
  }

  @Test
  void aNewKeyMakesNoSecondPerson() {
    Order first = new Order("key_1", "key_1", Optional.of("x"), OptionalLong.empty());
    Order rotated = new Order("key_2", "key_1", Optional.of("x"), OptionalLong.empty());
    registry.register(NAME, content("one"), "ada", "", first);
    registry.requireSecondPerson(NAME, true, order());

    assertEquals(
        refused(new Refusal.SecondPersonRequired(NAME, 1, "key_1")),
        registry.activate(NAME, 1, true, rotated));
  }

  // Pointers

  @Test
  void activatingTakesTheOtherVersionOut() {
    register("one");
    register("two");

    assertEquals(done(new Moved(1, OptionalInt.empty(), 1)), force(1));
    assertEquals(done(new Moved(2, OptionalInt.of(1), 2)), force(2));
    assertEquals(OptionalInt.of(2), head().active());
  }

  @Test
  void activatingWhatIsActiveMovesNothing() {
    register("one");
    force(1);
    PromptHead before = head();

    assertEquals(done(new Moved(1, OptionalInt.of(1), 1)), force(1));
    assertEquals(before, head());
  }

  @Test
  void whatIsNotRegisteredCannotBeActivated() {
    register("one");

    assertEquals(refused(new Refusal.UnknownVersion(NAME, 2, 1)), force(2));
    assertEquals(OptionalInt.empty(), head().active());
  }

  @Test
  void whoeverDecidedOnAnotherRevisionMovesNothing() {
    register("one");
    register("two");
    force(1);
    Order stale = new Order("key_1", Optional.of("late"), OptionalLong.of(0));
    PromptHead before = head();

    Refusal changed = new Refusal.RevisionChanged(NAME, 0, 1);
    assertEquals(refused(changed), registry.activate(NAME, 2, true, stale));
    assertEquals(refused(changed), registry.rollBack(NAME, OptionalInt.of(1), stale));
    assertEquals(refused(changed), registry.label(NAME, new Label("staging"), 2, stale));
    assertEquals(refused(changed), registry.freeze(NAME, 2, stale));
    assertEquals(refused(changed), registry.testWith(NAME, SUITE, stale));
    assertEquals(before, head());
  }

  @Test
  void registeringDoesNotSpoilADecision() {
    register("one");
    register("two");

    assertInstanceOf(
        Outcome.Done.class,
        registry.activate(NAME, 1, true, new Order("key_1", Optional.of("x"), OptionalLong.of(0))));
  }

  @Test
  void rollsBackStepByStepAndNeedsNoTests() {
    for (int version = 1; version <= 3; version++) {
      register("v" + version);
      force(version);
    }

    assertEquals(done(new Moved(2, OptionalInt.of(3), 4)), rollBack());
    assertEquals(done(new Moved(1, OptionalInt.of(2), 5)), rollBack());
    assertEquals(refused(new Refusal.NothingBefore(NAME)), rollBack());
    assertEquals(done(new Moved(3, OptionalInt.of(1), 6)), rollBack(3));
    assertEquals(done(new Moved(1, OptionalInt.of(3), 7)), rollBack(1));
    assertEquals(AuditEventType.ROLLBACK, newestEvent().entry().type());
  }

  @Test
  void rollsBackOnlyToWhatWasInProduction() {
    IntStream.rangeClosed(1, 3).forEach(number -> register("v" + number));
    assertEquals(refused(new Refusal.NothingBefore(NAME)), rollBack());
    force(1);
    force(3);

    assertEquals(refused(new Refusal.NeverActive(NAME, 2)), rollBack(2));
    assertEquals(refused(new Refusal.UnknownVersion(NAME, 4, 3)), rollBack(4));
    assertEquals(done(new Moved(1, OptionalInt.of(3), 3)), rollBack(1));
  }

  @Test
  void aFrozenVersionStaysOutOfProduction() {
    for (int version = 1; version <= 3; version++) {
      register("v" + version);
      force(version);
    }
    assertEquals(refused(new Refusal.FreezesActive(NAME, 3)), registry.freeze(NAME, 3, order()));
    registry.freeze(NAME, 2, order());

    assertEquals(refused(new Refusal.Frozen(NAME, 2)), force(2));
    assertEquals(refused(new Refusal.Frozen(NAME, 2)), rollBack(2));
    assertEquals(1, moved(rollBack()).version());
    registry.unfreeze(NAME, 2, order());
    assertEquals(2, moved(force(2)).version());
  }

  @Test
  void aLabelMovesAndGoes() {
    register("one");
    register("two");
    Label staging = new Label("staging");

    assertEquals(
        done(new Moved(1, OptionalInt.empty(), 1)), registry.label(NAME, staging, 1, order()));
    assertEquals(
        done(new Moved(2, OptionalInt.of(1), 2)), registry.label(NAME, staging, 2, order()));
    assertEquals(
        done(new Moved(2, OptionalInt.of(2), 2)), registry.label(NAME, staging, 2, order()));
    assertEquals(List.of(new LabelPointer(staging, 2, "key_1", START)), store.labels(NAME));
    assertEquals(
        refused(new Refusal.UnknownVersion(NAME, 9, 2)), registry.label(NAME, staging, 9, order()));
    assertEquals(
        done(new Moved(2, OptionalInt.of(2), 3)), registry.unlabel(NAME, staging, order()));
    assertEquals(
        refused(new Refusal.UnknownLabel(NAME, staging)), registry.unlabel(NAME, staging, order()));
    assertEquals(List.of(), store.labels(NAME));
  }

  // Ledger

  @Test
  void theSemanticCacheIsSwitchedOffOnceAndOnlyByThoseWhoCountedSince() {
    register("a");
    assertEquals(done(false), withdraw(Instant.EPOCH, "call_0"));
    force(1);
    assertEquals(done(true), withdraw(Instant.EPOCH, "call_1"));
    assertEquals(done(true), withdraw(Instant.EPOCH, "call_1"));
    assertEquals(done(false), withdraw(Instant.EPOCH, "call_2"));
    assertEquals(
        new SemanticSwitch(
            Instant.EPOCH,
            Optional.of(new SemanticSwitch.Off(now, "on purpose", Optional.of("call_1")))),
        head().semantic());
    assertEquals(Optional.of("call_1"), newestEvent().entry().target());

    now = now.plusSeconds(1);
    registry.switchSemanticOn(NAME, order());
    assertEquals(done(false), withdraw(Instant.EPOCH, "call_3"));
    assertEquals(new SemanticSwitch(now, Optional.empty()), head().semantic());
    assertEquals(done(head()), registry.switchSemanticOn(NAME, order()));

    registry.switchSemanticOff(NAME, order());
    assertEquals(
        Optional.of(new SemanticSwitch.Off(now, "on purpose", Optional.empty())),
        head().semantic().off());
    assertEquals(done(head()), registry.switchSemanticOff(NAME, order()));
    assertEquals(
        List.of(
            AuditEventType.SEMANTIC_OFF,
            AuditEventType.SEMANTIC_ON,
            AuditEventType.SEMANTIC_OFF,
            AuditEventType.FORCE,
            AuditEventType.REGISTER),
        store.events(NAME, Long.MAX_VALUE, 10).stream().map(it -> it.entry().type()).toList());
    assertEquals(new ChainVerification.Intact(), store.verify(head()));
    assertEquals(1, head().revision());
  }

  private Outcome<Boolean> withdraw(Instant countedFrom, String callId) {
    return registry.withdrawSemantic(NAME, 1, countedFrom, callId, order());
  }

  @Test
  void theLedgerTellsEverythingInOrder() {
    register("one");
    register("two");
    registry.testWith(NAME, SUITE, order());
    registry.label(NAME, new Label("staging"), 2, order());
    registry.requireSecondPerson(NAME, true, order());
    registry.requireSecondPerson(NAME, false, order());
    force(1);
    record(verdict("two", SUITE, true));
    activate(2);
    rollBack();
    registry.freeze(NAME, 2, order());
    registry.unfreeze(NAME, 2, order());
    registry.purge(NAME, order());
    registry.unlabel(NAME, new Label("staging"), order());

    assertEquals(
        List.of(
            "register null 1",
            "register null 2",
            "suite null \"" + SUITE.hash() + "\"",
            "label null 2",
            "settings false true",
            "settings true false",
            "force null 1",
            "activate 1 2",
            "rollback 2 1",
            "freeze null 2",
            "unfreeze 2 null",
            "purge null null",
            "unlabel 2 null"),
        store.events(NAME, Long.MAX_VALUE, 100).reversed().stream()
            .map(AuditEvent::entry)
            .map(
                act ->
                    act.type().id() + " " + act.from().orElse(null) + " " + act.to().orElse(null))
            .toList());
    assertEquals(new ChainVerification.Intact(), store.verify(head()));
    assertEquals(List.of(5L, 4L), eventNumbers(store.events(NAME, 6, 2)));
  }

  @Test
  void driftNamesItsDirection() {
    assertEquals(Drift.State.MISSING_IN_REGISTRY, drift("one", Set.of()));
    register("one");
    assertEquals(Drift.State.FILE_NEWER, drift("one", Set.of()));
    force(1);
    assertEquals(Drift.State.SAME, drift("one", Set.of()));
    assertEquals(Drift.State.FILE_NEWER, drift("edited", Set.of(content("one").versionHash())));
    assertEquals(Drift.State.DIVERGED, drift("edited", Set.of("another")));
    register("two");
    assertEquals(Drift.State.SAME, drift("one", Set.of()));
    assertEquals(Drift.State.FILE_NEWER, drift("two", Set.of()));
    force(2);
    assertEquals(Drift.State.REGISTRY_EDITED, drift("one", Set.of()));
    assertEquals(Drift.State.SAME, drift("two", Set.of()));
    rollBack();
    assertEquals(Drift.State.REGISTRY_EDITED, drift("two", Set.of()));
    assertEquals(
        Drift.State.DIVERGED,
        registry
            .drift(
                NAME, PromptContent.ofText("one", "claude-opus-5", Optional.empty(), 5), Set.of())
            .state());
  }

  // Many at once

  @Test
  void sixtyFourRegistrationsAtOnceLeaveNeitherGapNorDouble() throws Exception {
    inParallel(64, i -> register("content " + i));

    List<VersionSummary> versions = store.history(NAME, Integer.MAX_VALUE, 200);
    assertEquals(IntStream.rangeClosed(1, 64).map(i -> 65 - i).boxed().toList(), numbers(versions));
    assertEquals(64, versions.stream().map(VersionSummary::hash).distinct().count());
    assertEquals(64, head().end().length());
    assertEquals(new ChainVerification.Intact(), store.verify(head()));
  }

  @Test
  void sixtyFourActivationsAtOnceLeaveOneVersionAndEveryMoveInTheLedger() throws Exception {
    IntStream.rangeClosed(1, 64).forEach(number -> register("v" + number));
    List<Outcome<Moved>> outcomes = inParallel(64, i -> force(i + 1));

    assertTrue(outcomes.stream().allMatch(Outcome.Done.class::isInstance), outcomes.toString());
    assertMovesAreAChain(64);
  }

  @Test
  void ofSixtyFourActivationsOnOneRevisionOneSucceeds() throws Exception {
    IntStream.rangeClosed(1, 64).forEach(number -> register("v" + number));
    Order order = new Order("key_1", Optional.of("mine"), OptionalLong.of(0));
    List<Outcome<Moved>> outcomes =
        inParallel(64, i -> registry.activate(NAME, i + 1, true, order));

    List<Outcome<Moved>> done = outcomes.stream().filter(Outcome.Done.class::isInstance).toList();
    assertEquals(1, done.size());
    assertEquals(
        63,
        outcomes.stream().filter(refused(new Refusal.RevisionChanged(NAME, 0, 1))::equals).count());
    assertEquals(OptionalInt.of(moved(done.getFirst()).version()), head().active());
    assertMovesAreAChain(1);
  }

  @Test
  void rollbacksAtOnceMeanTheSameStep() throws Exception {
    for (int version = 1; version <= 4; version++) {
      register("v" + version);
      force(version);
    }
    Outcome<Moved> first = rollBack();
    PromptHead head = head();
    inParallel(8, _ -> registry.rollBack(NAME, OptionalInt.of(3), order()));

    assertEquals(3, moved(first).version());
    assertEquals(head, head());
  }

  /** The moves in the ledger lead from one to the next, and the last one to the active version. */
  private void assertMovesAreAChain(int moves) {
    List<AuditEvent> events =
        store.events(NAME, Long.MAX_VALUE, 1000).reversed().stream()
            .filter(event -> event.entry().type() == AuditEventType.FORCE)
            .toList();
    assertEquals(moves, events.size());
    OptionalInt active = OptionalInt.empty();
    for (AuditEvent event : events) {
      assertEquals(active.isPresent(), event.entry().from().isPresent());
      if (active.isPresent()) {
        assertEquals(active.getAsInt(), event.entry().from().orElseThrow().intValue());
      }
      active = OptionalInt.of(event.entry().to().orElseThrow().intValue());
    }
    assertEquals(active, head().active());
    assertEquals(moves, head().revision());
    assertEquals(new ChainVerification.Intact(), store.verify(head()));
  }

  private static <T> List<T> inParallel(int count, IntFunction<T> task) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<T>> tasks =
          IntStream.range(0, count).<Callable<T>>mapToObj(i -> () -> task.apply(i)).toList();
      return threads.invokeAll(tasks).stream().map(PromptStoreContract::get).toList();
    }
  }

  private static <T> T get(Future<T> future) {
    return switch (future.state()) {
      case SUCCESS -> future.resultNow();
      default -> throw new AssertionError(future.exceptionNow());
    };
  }

  private PromptHead head() {
    return store.findHead(NAME).orElseThrow();
  }

  private AuditEvent newestEvent() {
    return store.events(NAME, Long.MAX_VALUE, 1).getFirst();
  }

  private Registration register(String text) {
    return registry.register(NAME, content(text), "ada", "", order());
  }

  private Outcome<Moved> activate(int version) {
    return registry.activate(NAME, version, false, order());
  }

  private Outcome<Moved> force(int version) {
    return registry.activate(NAME, version, true, order());
  }

  private Outcome<Moved> rollBack() {
    return registry.rollBack(NAME, OptionalInt.empty(), order());
  }

  private Outcome<Moved> rollBack(int version) {
    return registry.rollBack(NAME, OptionalInt.of(version), order());
  }

  private int find(VersionRef ref) {
    return ((Outcome.Done<Found>) registry.find(NAME, ref)).value().version().number();
  }

  private Drift.State drift(String text, Set<String> former) {
    return registry.drift(NAME, content(text), former).state();
  }

  private GateVerdict verdict(String text, Suite suite, boolean passed) {
    return new GateVerdict(
        content(text).versionHash(), suite.hash(), passed, now, "run_1", "judge@1");
  }

  /** Keeps what a run says that began after all others had ended. */
  private void record(GateVerdict verdict) {
    assertTrue(store.record(NAME, verdict, now));
  }

  private static Order order() {
    return new Order("key_1", Optional.of("on purpose"), OptionalLong.empty());
  }

  private static PromptContent content(String text) {
    return PromptContent.ofText(text, "claude-haiku-4-5", Optional.of(new BigDecimal("0")), 100);
  }

  private static Moved moved(Outcome<Moved> outcome) {
    return ((Outcome.Done<Moved>) outcome).value();
  }

  private static <T> Outcome<T> done(T value) {
    return new Outcome.Done<>(value);
  }

  private static <T> Outcome<T> refused(Refusal refusal) {
    return new Outcome.Refused<>(refusal);
  }

  private static Outcome<Moved> closed(int version, Gate.Closed gate) {
    return refused(new Refusal.GateClosed(NAME, version, gate));
  }

  private static List<Integer> numbers(List<VersionSummary> versions) {
    return versions.stream().map(VersionSummary::number).toList();
  }

  private static List<Long> eventNumbers(List<AuditEvent> events) {
    return events.stream().map(AuditEvent::number).toList();
  }

  private static List<String> names(List<PromptHead> heads) {
    return heads.stream().map(head -> head.name().value()).toList();
  }
}
