package dev.tollgate.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.audit.AuditEntry;
import dev.tollgate.audit.AuditEventType;
import dev.tollgate.prompt.PromptRegistry.PointerUpdate;
import dev.tollgate.prompt.PromptStore.Commit;
import dev.tollgate.prompt.content.PromptContent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The gate, activation, rollback, freezing and labels, on every {@link PromptStore}. */
abstract class PromptActivationContract extends PromptStoreFixture {
  // Gate

  @Test
  void activationWithoutSuiteNeedsForce() {
    register("one");

    assertEquals(closed(1, new Gate.NoSuite()), activate(1));
    assertEquals(OptionalInt.empty(), state().active());
    assertEquals(ok(new PointerUpdate(1, OptionalInt.empty(), 1)), force(1));
    assertEquals(AuditEventType.FORCE, newestEvent().entry().type());
    assertEquals(Optional.of("on purpose"), newestEvent().entry().reason());
  }

  @Test
  void passedRunOpensGateForThirtyDays() {
    register("one");
    registry.setSuite(NAME, SUITE, request());
    assertEquals(closed(1, new Gate.NotRun(SUITE.hash())), activate(1));

    record(verdict("one", SUITE, false));
    assertEquals(closed(1, new Gate.Failed(verdict("one", SUITE, false))), activate(1));

    GateVerdict passed = verdict("one", SUITE, true);
    record(passed);
    now = START.plus(Duration.ofDays(30)).plusMillis(1);
    assertEquals(closed(1, new Gate.Expired(passed)), activate(1));

    now = START.plus(Duration.ofDays(30));
    assertEquals(ok(new PointerUpdate(1, OptionalInt.empty(), 2)), activate(1));
    assertEquals(AuditEventType.ACTIVATE, newestEvent().entry().type());
    assertEquals(Optional.of("run_1"), newestEvent().entry().runId());
  }

  @Test
  void runThatStartedBeforeFailureDoesNotOpenGate() {
    register("one");
    registry.setSuite(NAME, SUITE, request());
    Instant before = START.minusMillis(1);
    assertTrue(store.recordVerdict(NAME, verdict("one", SUITE, true), before));
    assertTrue(store.recordVerdict(NAME, verdict("one", SUITE, false), before));
    assertFalse(store.recordVerdict(NAME, verdict("one", SUITE, true), before));
    assertEquals(closed(1, new Gate.Failed(verdict("one", SUITE, false))), activate(1));

    assertTrue(store.recordVerdict(NAME, verdict("one", SUITE, true), START));
    assertInstanceOf(PromptResult.Ok.class, activate(1));
  }

  @Test
  void changedSuiteClosesGate() {
    register("one");
    registry.setSuite(NAME, SUITE, request());
    record(verdict("one", SUITE, true));
    Suite stricter = new Suite("tests: [{}, {}]\n");
    registry.setSuite(NAME, stricter, request());

    assertEquals(closed(1, new Gate.NotRun(stricter.hash())), activate(1));
    registry.setSuite(NAME, SUITE, request());
    assertInstanceOf(PromptResult.Ok.class, activate(1));
  }

  @Test
  void verdictHoldsForOneModelOnly() {
    register("one");
    registry.register(
        NAME,
        PromptContent.ofText("one", "claude-opus-5", Optional.empty(), 100),
        "ada",
        "",
        request());
    registry.setSuite(NAME, SUITE, request());
    record(verdict("one", SUITE, true));

    assertEquals(closed(2, new Gate.NotRun(SUITE.hash())), activate(2));
    assertInstanceOf(PromptResult.Ok.class, activate(1));
  }

  @Test
  void transactionChecksGate() {
    register("one");
    registry.setSuite(NAME, SUITE, request());
    PromptState state = state();
    PromptState after = state.with(state.activationHistory().withActivation(1));
    PromptChange.GateCondition gate =
        new PromptChange.GateCondition(content("one").versionHash(), SUITE.hash(), START);
    PromptChange change =
        PromptChange.of(state, after, AuditEntry.of(AuditEventType.ACTIVATE, "key_1", START))
            .withGate(gate);

    assertEquals(new Commit.Conflict(), store.commit(change));
    now = START.minusMillis(1);
    record(verdict("one", SUITE, false));
    assertEquals(new Commit.Conflict(), store.commit(change));
    record(verdict("one", SUITE, true));
    assertEquals(new Commit.Conflict(), store.commit(change));
    assertEquals(OptionalInt.empty(), state().active());
    now = START;
    record(verdict("one", SUITE, true));
    assertEquals(new Commit.Committed(), store.commit(change));
    assertEquals(OptionalInt.of(1), state().active());
  }

  @Test
  void activationCanRequireSecondPerson() {
    register("one");
    registry.requireSecondPerson(NAME, true, request());

    assertEquals(rejected(new PromptError.SecondPersonRequired(NAME, 1, "key_1")), force(1));
    assertInstanceOf(
        PromptResult.Ok.class,
        registry.activate(
            NAME,
            1,
            true,
            new ChangeRequest("key_2", Optional.of("looked at it"), OptionalLong.empty())));
  }

  @Test
  void rotatedKeyIsNotASecondPerson() {
    ChangeRequest first =
        new ChangeRequest("key_1", "key_1", Optional.of("x"), OptionalLong.empty());
    ChangeRequest rotated =
        new ChangeRequest("key_2", "key_1", Optional.of("x"), OptionalLong.empty());
    registry.register(NAME, content("one"), "ada", "", first);
    registry.requireSecondPerson(NAME, true, request());

    assertEquals(
        rejected(new PromptError.SecondPersonRequired(NAME, 1, "key_1")),
        registry.activate(NAME, 1, true, rotated));
  }

  // Pointers

  @Test
  void activationReplacesActiveVersion() {
    register("one");
    register("two");

    assertEquals(ok(new PointerUpdate(1, OptionalInt.empty(), 1)), force(1));
    assertEquals(ok(new PointerUpdate(2, OptionalInt.of(1), 2)), force(2));
    assertEquals(OptionalInt.of(2), state().active());
  }

  @Test
  void activatingActiveVersionChangesNothing() {
    register("one");
    force(1);
    PromptState before = state();

    assertEquals(ok(new PointerUpdate(1, OptionalInt.of(1), 1)), force(1));
    assertEquals(before, state());
  }

  @Test
  void unregisteredVersionCannotBeActivated() {
    register("one");

    assertEquals(rejected(new PromptError.UnknownVersion(NAME, 2, 1)), force(2));
    assertEquals(OptionalInt.empty(), state().active());
  }

  @Test
  void staleRevisionIsRejected() {
    register("one");
    register("two");
    force(1);
    ChangeRequest stale = new ChangeRequest("key_1", Optional.of("late"), OptionalLong.of(0));
    PromptState before = state();

    PromptError changed = new PromptError.RevisionMismatch(NAME, 0, 1);
    assertEquals(rejected(changed), registry.activate(NAME, 2, true, stale));
    assertEquals(rejected(changed), registry.rollBack(NAME, OptionalInt.of(1), stale));
    assertEquals(rejected(changed), registry.setLabel(NAME, new Label("staging"), 2, stale));
    assertEquals(rejected(changed), registry.freeze(NAME, 2, stale));
    assertEquals(rejected(changed), registry.setSuite(NAME, SUITE, stale));
    assertEquals(before, state());
  }

  @Test
  void registrationKeepsRevision() {
    register("one");
    register("two");

    assertInstanceOf(
        PromptResult.Ok.class,
        registry.activate(
            NAME, 1, true, new ChangeRequest("key_1", Optional.of("x"), OptionalLong.of(0))));
  }

  @Test
  void rollsBackStepByStepWithoutTests() {
    for (int version = 1; version <= 3; version++) {
      register("v" + version);
      force(version);
    }

    assertEquals(ok(new PointerUpdate(2, OptionalInt.of(3), 4)), rollBack());
    assertEquals(ok(new PointerUpdate(1, OptionalInt.of(2), 5)), rollBack());
    assertEquals(rejected(new PromptError.NoPreviousVersion(NAME)), rollBack());
    assertEquals(ok(new PointerUpdate(3, OptionalInt.of(1), 6)), rollBack(3));
    assertEquals(ok(new PointerUpdate(1, OptionalInt.of(3), 7)), rollBack(1));
    assertEquals(AuditEventType.ROLLBACK, newestEvent().entry().type());
  }

  @Test
  void rollsBackOnlyToEarlierActiveVersions() {
    IntStream.rangeClosed(1, 3).forEach(number -> register("v" + number));
    assertEquals(rejected(new PromptError.NoPreviousVersion(NAME)), rollBack());
    force(1);
    force(3);

    assertEquals(rejected(new PromptError.NeverActive(NAME, 2)), rollBack(2));
    assertEquals(rejected(new PromptError.UnknownVersion(NAME, 4, 3)), rollBack(4));
    assertEquals(ok(new PointerUpdate(1, OptionalInt.of(3), 3)), rollBack(1));
  }

  @Test
  void frozenVersionCannotBeActivated() {
    for (int version = 1; version <= 3; version++) {
      register("v" + version);
      force(version);
    }
    assertEquals(
        rejected(new PromptError.CannotFreezeActive(NAME, 3)), registry.freeze(NAME, 3, request()));
    registry.freeze(NAME, 2, request());

    assertEquals(rejected(new PromptError.VersionFrozen(NAME, 2)), force(2));
    assertEquals(rejected(new PromptError.VersionFrozen(NAME, 2)), rollBack(2));
    assertEquals(1, pointerUpdate(rollBack()).version());
    registry.unfreeze(NAME, 2, request());
    assertEquals(2, pointerUpdate(force(2)).version());
  }

  @Test
  void movesAndRemovesLabel() {
    register("one");
    register("two");
    Label staging = new Label("staging");

    assertEquals(
        ok(new PointerUpdate(1, OptionalInt.empty(), 1)),
        registry.setLabel(NAME, staging, 1, request()));
    assertEquals(
        ok(new PointerUpdate(2, OptionalInt.of(1), 2)),
        registry.setLabel(NAME, staging, 2, request()));
    assertEquals(
        ok(new PointerUpdate(2, OptionalInt.of(2), 2)),
        registry.setLabel(NAME, staging, 2, request()));
    assertEquals(List.of(new LabelPointer(staging, 2, "key_1", START)), store.listLabels(NAME));
    assertEquals(
        rejected(new PromptError.UnknownVersion(NAME, 9, 2)),
        registry.setLabel(NAME, staging, 9, request()));
    assertEquals(
        ok(new PointerUpdate(2, OptionalInt.of(2), 3)),
        registry.removeLabel(NAME, staging, request()));
    assertEquals(
        rejected(new PromptError.UnknownLabel(NAME, staging)),
        registry.removeLabel(NAME, staging, request()));
    assertEquals(List.of(), store.listLabels(NAME));
  }
}
