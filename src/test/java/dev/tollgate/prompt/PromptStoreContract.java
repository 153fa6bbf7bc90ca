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
import dev.tollgate.prompt.PromptRegistry.PointerUpdate;
import dev.tollgate.prompt.PromptRegistry.Registration;
import dev.tollgate.prompt.PromptRegistry.ResolvedVersion;
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
    assertEquals(Optional.empty(), store.findState(NAME));
    assertEquals(Optional.empty(), store.findVersion(NAME, 1));
    assertEquals(OptionalInt.empty(), store.findVersionByContent(NAME, "hash"));
    assertEquals(List.of(), store.listVersions(NAME, Integer.MAX_VALUE, 10));
    assertEquals(List.of(), store.listLabels(NAME));
    assertEquals(List.of(), store.listEvents(NAME, Long.MAX_VALUE, 10));
    assertEquals(refused(new PromptError.UnknownPrompt(NAME)), activate(1));
    assertEquals(
        refused(new PromptError.UnknownPrompt(NAME)),
        registry.resolve(NAME, new VersionRef.Latest()));
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
            new ModelSettings(
                "claude-haiku-4-5", Optional.of(new BigDecimal("0.25")), 77, List.of()),
            Map.of(
                "name",
                new Variable(
                    Variable.Type.STRING, false, Optional.of(TextNode.valueOf("du")), false),
                "doc",
                new Variable(Variable.Type.DOCUMENT, true, Optional.empty(), true)),
            new CacheSettings(true, CacheScope.USER, PromptCaching.ONE_HOUR, Optional.empty()));
    PromptVersion version = registry.register(NAME, content, "ada", "first", order()).version();

    assertEquals(new PromptVersion(NAME, 1, content, "ada", "key_1", "first", START), version);
    assertEquals(Optional.of(version), store.findVersion(NAME, 1));
    assertEquals(OptionalInt.of(1), store.findVersionByContent(NAME, content.versionHash()));
    assertEquals(
        List.of(VersionSummary.of(version)), store.listVersions(NAME, Integer.MAX_VALUE, 10));
  }

  @Test
  void aChangeDecidedOnAnOldHeadIsNotWritten() {
    register("one");
    PromptState old = head();
    register("two");
    AuditEntry act = AuditEntry.of(AuditEventType.PURGE, "key_1", START);

    assertEquals(
        new Commit.Conflict(), store.commit(PromptChange.of(old, old.withNextCacheEpoch(), act)));
    assertEquals(0, head().cacheEpoch());
    assertEquals(2, store.listEvents(NAME, Long.MAX_VALUE, 10).size());
    assertEquals(
        new Commit.Committed(),
        store.commit(PromptChange.of(head(), head().withNextCacheEpoch(), act)));
    assertEquals(1, head().cacheEpoch());
  }

  @Test
  void historyIsNewestFirstInPages() {
    IntStream.rangeClosed(1, 12).forEach(number -> register("v" + number));

    assertEquals(
        List.of(12, 11, 10, 9, 8), numbers(store.listVersions(NAME, Integer.MAX_VALUE, 5)));
    assertEquals(List.of(7, 6, 5, 4, 3), numbers(store.listVersions(NAME, 8, 5)));
    assertEquals(List.of(2, 1), numbers(store.listVersions(NAME, 3, 5)));
    assertEquals(List.of(), numbers(store.listVersions(NAME, 1, 5)));
  }

  @Test
  void listsEveryPromptOnceInOrder() {
    for (String name : List.of("b", "c", "a", "b")) {
      registry.register(new PromptName(name), content(name + now), "ada", "", order());
      now = now.plusSeconds(1);
    }

    assertEquals(List.of("a", "b", "c"), names(store.listStates(Optional.empty(), 10)));
    assertEquals(List.of("a", "b"), names(store.listStates(Optional.empty(), 2)));
    assertEquals(List.of("c"), names(store.listStates(Optional.of(new PromptName("b")), 2)));
  }

  // Versions

  @Test
  void registeringTheNewestContentAgainMakesNoVersion() {
    PromptVersion first = register("one").version();

    assertEquals(
        new Registration(first, true),
        registry.register(NAME, content("one"), "grace", "again", order()));
    assertEquals(1, store.listVersions(NAME, Integer.MAX_VALUE, 10).size());
  }

  @Test
  void anOlderContentMayComeBackAsANewVersion() {
    register("one");
    register("two");

    assertEquals(3, register("one").version().number());
    assertEquals(OptionalInt.of(3), store.findVersionByContent(NAME, content("one").versionHash()));
  }

  @Test
  void aVersionIsFoundByNumberLabelAndPointer() {
    register("one");
    register("two");
    registry.setLabel(NAME, new Label("staging"), 2, order());
    force(1);

    assertEquals(1, find(new VersionRef.Production()));
    assertEquals(2, find(new VersionRef.Latest()));
    assertEquals(2, find(new VersionRef.Labelled(new Label("staging"))));
    assertEquals(1, find(new VersionRef.Number(1)));
    assertEquals(
        refused(new PromptError.UnknownVersion(NAME, 3, 2)),
        registry.resolve(NAME, new VersionRef.Number(3)));
    assertEquals(
        refused(new PromptError.UnknownLabel(NAME, new Label("none"))),
        registry.resolve(NAME, new VersionRef.Labelled(new Label("none"))));
  }

  // Gate

  @Test
  void withoutATestNothingGoesLiveUnlessForced() {
    register("one");

    assertEquals(closed(1, new Gate.NoSuite()), activate(1));
    assertEquals(OptionalInt.empty(), head().active());
    assertEquals(done(new PointerUpdate(1, OptionalInt.empty(), 1)), force(1));
    assertEquals(AuditEventType.FORCE, newestEvent().entry().type());
    assertEquals(Optional.of("on purpose"), newestEvent().entry().reason());
  }

  @Test
  void aPassedRunOpensTheGateForThirtyDays() {
    register("one");
    registry.setSuite(NAME, SUITE, order());
    assertEquals(closed(1, new Gate.NotRun(SUITE.hash())), activate(1));

    record(verdict("one", SUITE, false));
    assertEquals(closed(1, new Gate.Failed(verdict("one", SUITE, false))), activate(1));

    GateVerdict passed = verdict("one", SUITE, true);
    record(passed);
    now = START.plus(Duration.ofDays(30)).plusMillis(1);
    assertEquals(closed(1, new Gate.Expired(passed)), activate(1));

    now = START.plus(Duration.ofDays(30));
    assertEquals(done(new PointerUpdate(1, OptionalInt.empty(), 2)), activate(1));
    assertEquals(AuditEventType.ACTIVATE, newestEvent().entry().type());
    assertEquals(Optional.of("run_1"), newestEvent().entry().runId());
  }

  @Test
  void aRunThatBeganBeforeAnotherOneFailedDoesNotOpenTheGate() {
    register("one");
    registry.setSuite(NAME, SUITE, order());
    Instant before = START.minusMillis(1);
    assertTrue(store.recordVerdict(NAME, verdict("one", SUITE, true), before));
    assertTrue(store.recordVerdict(NAME, verdict("one", SUITE, false), before));
    assertFalse(store.recordVerdict(NAME, verdict("one", SUITE, true), before));
    assertEquals(closed(1, new Gate.Failed(verdict("one", SUITE, false))), activate(1));

    assertTrue(store.recordVerdict(NAME, verdict("one", SUITE, true), START));
    assertInstanceOf(PromptResult.Ok.class, activate(1));
  }

  @Test
  void aSuiteThatChangedAfterTheRunClosesTheGate() {
    register("one");
    registry.setSuite(NAME, SUITE, order());
    record(verdict("one", SUITE, true));
    Suite stricter = new Suite("tests: [{}, {}]\n");
    registry.setSuite(NAME, stricter, order());

    assertEquals(closed(1, new Gate.NotRun(stricter.hash())), activate(1));
    registry.setSuite(NAME, SUITE, order());
    assertInstanceOf(PromptResult.Ok.class, activate(1));
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
    registry.setSuite(NAME, SUITE, order());
    record(verdict("one", SUITE, true));

    assertEquals(closed(2, new Gate.NotRun(SUITE.hash())), activate(2));
    assertInstanceOf(PromptResult.Ok.class, activate(1));
  }

  @Test
  void theGateIsLookedAtInTheTransactionItself() {
    register("one");
    registry.setSuite(NAME, SUITE, order());
    PromptState head = head();
    PromptState after = head.with(head.activationHistory().withActivation(1));
    PromptChange.GateCondition gate =
        new PromptChange.GateCondition(content("one").versionHash(), SUITE.hash(), START);
    PromptChange change =
        PromptChange.of(head, after, AuditEntry.of(AuditEventType.ACTIVATE, "key_1", START))
            .withGate(gate);

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

    assertEquals(refused(new PromptError.SecondPersonRequired(NAME, 1, "key_1")), force(1));
    assertInstanceOf(
        PromptResult.Ok.class,
        registry.activate(
            NAME,
            1,
            true,
            new ChangeRequest("key_2", Optional.of("looked at it"), OptionalLong.empty())));
  }

  @Test
  void aNewKeyMakesNoSecondPerson() {
    ChangeRequest first =
        new ChangeRequest("key_1", "key_1", Optional.of("x"), OptionalLong.empty());
    ChangeRequest rotated =
        new ChangeRequest("key_2", "key_1", Optional.of("x"), OptionalLong.empty());
    registry.register(NAME, content("one"), "ada", "", first);
    registry.requireSecondPerson(NAME, true, order());

    assertEquals(
        refused(new PromptError.SecondPersonRequired(NAME, 1, "key_1")),
        registry.activate(NAME, 1, true, rotated));
  }

  // Pointers

  @Test
  void activatingTakesTheOtherVersionOut() {
    register("one");
    register("two");

    assertEquals(done(new PointerUpdate(1, OptionalInt.empty(), 1)), force(1));
    assertEquals(done(new PointerUpdate(2, OptionalInt.of(1), 2)), force(2));
    assertEquals(OptionalInt.of(2), head().active());
  }

  @Test
  void activatingWhatIsActiveMovesNothing() {
    register("one");
    force(1);
    PromptState before = head();

    assertEquals(done(new PointerUpdate(1, OptionalInt.of(1), 1)), force(1));
    assertEquals(before, head());
  }

  @Test
  void whatIsNotRegisteredCannotBeActivated() {
    register("one");

    assertEquals(refused(new PromptError.UnknownVersion(NAME, 2, 1)), force(2));
    assertEquals(OptionalInt.empty(), head().active());
  }

  @Test
  void whoeverDecidedOnAnotherRevisionMovesNothing() {
    register("one");
    register("two");
    force(1);
    ChangeRequest stale = new ChangeRequest("key_1", Optional.of("late"), OptionalLong.of(0));
    PromptState before = head();

    PromptError changed = new PromptError.RevisionMismatch(NAME, 0, 1);
    assertEquals(refused(changed), registry.activate(NAME, 2, true, stale));
    assertEquals(refused(changed), registry.rollBack(NAME, OptionalInt.of(1), stale));
    assertEquals(refused(changed), registry.setLabel(NAME, new Label("staging"), 2, stale));
    assertEquals(refused(changed), registry.freeze(NAME, 2, stale));
    assertEquals(refused(changed), registry.setSuite(NAME, SUITE, stale));
    assertEquals(before, head());
  }

  @Test
  void registeringDoesNotSpoilADecision() {
    register("one");
    register("two");

    assertInstanceOf(
        PromptResult.Ok.class,
        registry.activate(
            NAME, 1, true, new ChangeRequest("key_1", Optional.of("x"), OptionalLong.of(0))));
  }

  @Test
  void rollsBackStepByStepAndNeedsNoTests() {
    for (int version = 1; version <= 3; version++) {
      register("v" + version);
      force(version);
    }

    assertEquals(done(new PointerUpdate(2, OptionalInt.of(3), 4)), rollBack());
    assertEquals(done(new PointerUpdate(1, OptionalInt.of(2), 5)), rollBack());
    assertEquals(refused(new PromptError.NoPreviousVersion(NAME)), rollBack());
    assertEquals(done(new PointerUpdate(3, OptionalInt.of(1), 6)), rollBack(3));
    assertEquals(done(new PointerUpdate(1, OptionalInt.of(3), 7)), rollBack(1));
    assertEquals(AuditEventType.ROLLBACK, newestEvent().entry().type());
  }

  @Test
  void rollsBackOnlyToWhatWasInProduction() {
    IntStream.rangeClosed(1, 3).forEach(number -> register("v" + number));
    assertEquals(refused(new PromptError.NoPreviousVersion(NAME)), rollBack());
    force(1);
    force(3);

    assertEquals(refused(new PromptError.NeverActive(NAME, 2)), rollBack(2));
    assertEquals(refused(new PromptError.UnknownVersion(NAME, 4, 3)), rollBack(4));
    assertEquals(done(new PointerUpdate(1, OptionalInt.of(3), 3)), rollBack(1));
  }

  @Test
  void aFrozenVersionStaysOutOfProduction() {
    for (int version = 1; version <= 3; version++) {
      register("v" + version);
      force(version);
    }
    assertEquals(
        refused(new PromptError.CannotFreezeActive(NAME, 3)), registry.freeze(NAME, 3, order()));
    registry.freeze(NAME, 2, order());

    assertEquals(refused(new PromptError.VersionFrozen(NAME, 2)), force(2));
    assertEquals(refused(new PromptError.VersionFrozen(NAME, 2)), rollBack(2));
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
        done(new PointerUpdate(1, OptionalInt.empty(), 1)),
        registry.setLabel(NAME, staging, 1, order()));
    assertEquals(
        done(new PointerUpdate(2, OptionalInt.of(1), 2)),
        registry.setLabel(NAME, staging, 2, order()));
    assertEquals(
        done(new PointerUpdate(2, OptionalInt.of(2), 2)),
        registry.setLabel(NAME, staging, 2, order()));
    assertEquals(List.of(new LabelPointer(staging, 2, "key_1", START)), store.listLabels(NAME));
    assertEquals(
        refused(new PromptError.UnknownVersion(NAME, 9, 2)),
        registry.setLabel(NAME, staging, 9, order()));
    assertEquals(
        done(new PointerUpdate(2, OptionalInt.of(2), 3)),
        registry.removeLabel(NAME, staging, order()));
    assertEquals(
        refused(new PromptError.UnknownLabel(NAME, staging)),
        registry.removeLabel(NAME, staging, order()));
    assertEquals(List.of(), store.listLabels(NAME));
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
    registry.enableSemanticCache(NAME, order());
    assertEquals(done(false), withdraw(Instant.EPOCH, "call_3"));
    assertEquals(new SemanticSwitch(now, Optional.empty()), head().semantic());
    assertEquals(done(head()), registry.enableSemanticCache(NAME, order()));

    registry.disableSemanticCache(NAME, order());
    assertEquals(
        Optional.of(new SemanticSwitch.Off(now, "on purpose", Optional.empty())),
        head().semantic().off());
    assertEquals(done(head()), registry.disableSemanticCache(NAME, order()));
    assertEquals(
        List.of(
            AuditEventType.SEMANTIC_OFF,
            AuditEventType.SEMANTIC_ON,
            AuditEventType.SEMANTIC_OFF,
            AuditEventType.FORCE,
            AuditEventType.REGISTER),
        store.listEvents(NAME, Long.MAX_VALUE, 10).stream().map(it -> it.entry().type()).toList());
    assertEquals(new ChainVerification.Intact(), store.verifyChain(head()));
    assertEquals(1, head().revision());
  }

  private PromptResult<Boolean> withdraw(Instant countedFrom, String callId) {
    return registry.disableSemanticCacheAfterFalseHits(NAME, 1, countedFrom, callId, order());
  }

  @Test
  void theLedgerTellsEverythingInOrder() {
    register("one");
    register("two");
    registry.setSuite(NAME, SUITE, order());
    registry.setLabel(NAME, new Label("staging"), 2, order());
    registry.requireSecondPerson(NAME, true, order());
    registry.requireSecondPerson(NAME, false, order());
    force(1);
    record(verdict("two", SUITE, true));
    activate(2);
    rollBack();
    registry.freeze(NAME, 2, order());
    registry.unfreeze(NAME, 2, order());
    registry.purgeCache(NAME, order());
    registry.removeLabel(NAME, new Label("staging"), order());

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
        store.listEvents(NAME, Long.MAX_VALUE, 100).reversed().stream()
            .map(AuditEvent::entry)
            .map(
                act ->
                    act.type().id() + " " + act.from().orElse(null) + " " + act.to().orElse(null))
            .toList());
    assertEquals(new ChainVerification.Intact(), store.verifyChain(head()));
    assertEquals(List.of(5L, 4L), eventNumbers(store.listEvents(NAME, 6, 2)));
  }

  @Test
  void driftNamesItsDirection() {
    assertEquals(PromptDrift.State.MISSING_IN_REGISTRY, drift("one", Set.of()));
    register("one");
    assertEquals(PromptDrift.State.FILE_NEWER, drift("one", Set.of()));
    force(1);
    assertEquals(PromptDrift.State.SAME, drift("one", Set.of()));
    assertEquals(
        PromptDrift.State.FILE_NEWER, drift("edited", Set.of(content("one").versionHash())));
    assertEquals(PromptDrift.State.DIVERGED, drift("edited", Set.of("another")));
    register("two");
    assertEquals(PromptDrift.State.SAME, drift("one", Set.of()));
    assertEquals(PromptDrift.State.FILE_NEWER, drift("two", Set.of()));
    force(2);
    assertEquals(PromptDrift.State.REGISTRY_EDITED, drift("one", Set.of()));
    assertEquals(PromptDrift.State.SAME, drift("two", Set.of()));
    rollBack();
    assertEquals(PromptDrift.State.REGISTRY_EDITED, drift("two", Set.of()));
    assertEquals(
        PromptDrift.State.DIVERGED,
        registry
            .detectDrift(
                NAME, PromptContent.ofText("one", "claude-opus-5", Optional.empty(), 5), Set.of())
            .state());
  }

  // Many at once

  @Test
  void sixtyFourRegistrationsAtOnceLeaveNeitherGapNorDouble() throws Exception {
    inParallel(64, i -> register("content " + i));

    List<VersionSummary> versions = store.listVersions(NAME, Integer.MAX_VALUE, 200);
    assertEquals(IntStream.rangeClosed(1, 64).map(i -> 65 - i).boxed().toList(), numbers(versions));
    assertEquals(64, versions.stream().map(VersionSummary::hash).distinct().count());
    assertEquals(64, head().chainEnd().length());
    assertEquals(new ChainVerification.Intact(), store.verifyChain(head()));
  }

  @Test
  void sixtyFourActivationsAtOnceLeaveOneVersionAndEveryMoveInTheLedger() throws Exception {
    IntStream.rangeClosed(1, 64).forEach(number -> register("v" + number));
    List<PromptResult<PointerUpdate>> outcomes = inParallel(64, i -> force(i + 1));

    assertTrue(outcomes.stream().allMatch(PromptResult.Ok.class::isInstance), outcomes.toString());
    assertMovesAreAChain(64);
  }

  @Test
  void ofSixtyFourActivationsOnOneRevisionOneSucceeds() throws Exception {
    IntStream.rangeClosed(1, 64).forEach(number -> register("v" + number));
    ChangeRequest changeRequest =
        new ChangeRequest("key_1", Optional.of("mine"), OptionalLong.of(0));
    List<PromptResult<PointerUpdate>> outcomes =
        inParallel(64, i -> registry.activate(NAME, i + 1, true, changeRequest));

    List<PromptResult<PointerUpdate>> done =
        outcomes.stream().filter(PromptResult.Ok.class::isInstance).toList();
    assertEquals(1, done.size());
    assertEquals(
        63,
        outcomes.stream()
            .filter(refused(new PromptError.RevisionMismatch(NAME, 0, 1))::equals)
            .count());
    assertEquals(OptionalInt.of(moved(done.getFirst()).version()), head().active());
    assertMovesAreAChain(1);
  }

  @Test
  void rollbacksAtOnceMeanTheSameStep() throws Exception {
    for (int version = 1; version <= 4; version++) {
      register("v" + version);
      force(version);
    }
    PromptResult<PointerUpdate> first = rollBack();
    PromptState head = head();
    inParallel(8, _ -> registry.rollBack(NAME, OptionalInt.of(3), order()));

    assertEquals(3, moved(first).version());
    assertEquals(head, head());
  }

  /** The moves in the ledger lead from one to the next, and the last one to the active version. */
  private void assertMovesAreAChain(int moves) {
    List<AuditEvent> events =
        store.listEvents(NAME, Long.MAX_VALUE, 1000).reversed().stream()
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
    assertEquals(new ChainVerification.Intact(), store.verifyChain(head()));
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

  private PromptState head() {
    return store.findState(NAME).orElseThrow();
  }

  private AuditEvent newestEvent() {
    return store.listEvents(NAME, Long.MAX_VALUE, 1).getFirst();
  }

  private Registration register(String text) {
    return registry.register(NAME, content(text), "ada", "", order());
  }

  private PromptResult<PointerUpdate> activate(int version) {
    return registry.activate(NAME, version, false, order());
  }

  private PromptResult<PointerUpdate> force(int version) {
    return registry.activate(NAME, version, true, order());
  }

  private PromptResult<PointerUpdate> rollBack() {
    return registry.rollBack(NAME, OptionalInt.empty(), order());
  }

  private PromptResult<PointerUpdate> rollBack(int version) {
    return registry.rollBack(NAME, OptionalInt.of(version), order());
  }

  private int find(VersionRef ref) {
    return ((PromptResult.Ok<ResolvedVersion>) registry.resolve(NAME, ref))
        .value()
        .version()
        .number();
  }

  private PromptDrift.State drift(String text, Set<String> former) {
    return registry.detectDrift(NAME, content(text), former).state();
  }

  private GateVerdict verdict(String text, Suite suite, boolean passed) {
    return new GateVerdict(
        content(text).versionHash(), suite.hash(), passed, now, "run_1", "judge@1");
  }

  /** Keeps what a run says that began after all others had ended. */
  private void record(GateVerdict verdict) {
    assertTrue(store.recordVerdict(NAME, verdict, now));
  }

  private static ChangeRequest order() {
    return new ChangeRequest("key_1", Optional.of("on purpose"), OptionalLong.empty());
  }

  private static PromptContent content(String text) {
    return PromptContent.ofText(text, "claude-haiku-4-5", Optional.of(new BigDecimal("0")), 100);
  }

  private static PointerUpdate moved(PromptResult<PointerUpdate> outcome) {
    return ((PromptResult.Ok<PointerUpdate>) outcome).value();
  }

  private static <T> PromptResult<T> done(T value) {
    return new PromptResult.Ok<>(value);
  }

  private static <T> PromptResult<T> refused(PromptError refusal) {
    return new PromptResult.Err<>(refusal);
  }

  private static PromptResult<PointerUpdate> closed(int version, Gate.Closed gate) {
    return refused(new PromptError.GateClosed(NAME, version, gate));
  }

  private static List<Integer> numbers(List<VersionSummary> versions) {
    return versions.stream().map(VersionSummary::number).toList();
  }

  private static List<Long> eventNumbers(List<AuditEvent> events) {
    return events.stream().map(AuditEvent::number).toList();
  }

  private static List<String> names(List<PromptState> heads) {
    return heads.stream().map(state -> state.name().value()).toList();
  }
}
