package dev.tollgate.prompt;

import dev.tollgate.audit.AuditEntry;
import dev.tollgate.audit.AuditEventType;
import dev.tollgate.prompt.PromptChange.GateCondition;
import dev.tollgate.prompt.PromptRegistry.PointerUpdate;
import dev.tollgate.prompt.PromptStateUpdater.Decision;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;

/** The rules by which versions are activated, rolled back, frozen and unfrozen. */
final class ActivationRules {
  private final PromptStore store;
  private final Clock clock;

  ActivationRules(PromptStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Activates a version if its tests passed, it is not frozen and the second person agrees. */
  Decision<PointerUpdate> activate(
      PromptState state, int number, boolean force, ChangeRequest request) {
    PromptName name = state.name();
    if (!state.hasVersion(number)) {
      return rejectUnknownVersion(state, number);
    }
    if (state.isActive(number)) {
      return new Decision.NoChange<>(new PointerUpdate(number, state.active(), state.revision()));
    }
    if (state.isFrozen(number)) {
      return new Decision.Reject<>(new PromptError.VersionFrozen(name, number));
    }
    PromptVersion version = requireVersion(name, number);
    if (state.secondPersonRequired() && version.registeredBy().equals(request.principal())) {
      return new Decision.Reject<>(
          new PromptError.SecondPersonRequired(name, number, version.registeredBy()));
    }
    ActivationHistory history = state.activationHistory().withActivation(number);
    return switch (evaluateGate(state, version)) {
      case Gate.Open(GateVerdict verdict) ->
          commitMove(
              state,
              history,
              auditEntry(AuditEventType.ACTIVATE, request).runId(Optional.of(verdict.runId())),
              Optional.of(
                  new GateCondition(
                      verdict.versionHash(),
                      verdict.suiteHash(),
                      clock.instant().minus(Gate.VALIDITY))));
      case Gate.Closed closed ->
          force
              ? commitMove(
                  state, history, auditEntry(AuditEventType.FORCE, request), Optional.empty())
              : new Decision.Reject<>(new PromptError.GateClosed(name, number, closed));
    };
  }

  /** Reactivates a version that was active before; needs no tests. */
  Decision<PointerUpdate> rollBack(PromptState state, OptionalInt target, ChangeRequest request) {
    PromptName name = state.name();
    if (target.isEmpty()) {
      return new Decision.Reject<>(new PromptError.NoPreviousVersion(name));
    }
    int version = target.getAsInt();
    if (!state.hasVersion(version)) {
      return rejectUnknownVersion(state, version);
    }
    if (state.isActive(version)) {
      return new Decision.NoChange<>(new PointerUpdate(version, state.active(), state.revision()));
    }
    if (!state.activationHistory().everActivated().contains(version)) {
      return new Decision.Reject<>(new PromptError.NeverActive(name, version));
    }
    if (state.isFrozen(version)) {
      return new Decision.Reject<>(new PromptError.VersionFrozen(name, version));
    }
    return commitMove(
        state,
        state.activationHistory().withRollback(version),
        auditEntry(AuditEventType.ROLLBACK, request),
        Optional.empty());
  }

  /** Replaces a version that failed its tests, and freezes it. */
  Decision<PointerUpdate> rollBackFailed(
      PromptState state, int failed, int target, String runId, ChangeRequest request) {
    Suspension existing = state.activationHistory().suspensions().get(failed);
    if (existing != null && existing.runId().equals(runId)) {
      return new Decision.NoChange<>(
          new PointerUpdate(target, OptionalInt.of(failed), state.revision()));
    }
    if (!state.isActive(failed)) {
      return new Decision.Reject<>(
          new PromptError.NoLongerActive(state.name(), failed, state.active()));
    }
    if (state.isFrozen(target)) {
      return new Decision.Reject<>(new PromptError.VersionFrozen(state.name(), target));
    }
    AuditEntry entry = auditEntry(AuditEventType.ROLLBACK, request).runId(Optional.of(runId));
    return commitMove(
        state,
        state
            .activationHistory()
            .withRollback(target)
            .withSuspension(failed, new Suspension(runId, entry.time())),
        entry,
        Optional.empty());
  }

  /** Unfreezes a version after a run that it passed and that started after the freeze. */
  Decision<PromptState> unfreezeAfterPass(
      PromptState state, int version, String runId, Instant started, ChangeRequest request) {
    Suspension suspension = state.activationHistory().suspensions().get(version);
    if (suspension == null || !started.isAfter(suspension.since())) {
      return new Decision.NoChange<>(state);
    }
    return commitState(
        state,
        state.with(state.activationHistory().withoutFreeze(version)),
        auditEntry(AuditEventType.UNFREEZE, request)
            .runId(Optional.of(runId))
            .change(OptionalInt.of(version), OptionalInt.empty()));
  }

  /** Freezes a version that is not active, also if failed tests have frozen it. */
  Decision<PromptState> freeze(PromptState state, int number, ChangeRequest request) {
    if (!state.hasVersion(number)) {
      return rejectUnknownVersion(state, number);
    }
    if (state.isActive(number)) {
      return new Decision.Reject<>(new PromptError.CannotFreezeActive(state.name(), number));
    }
    boolean frozenByPerson =
        state.isFrozen(number) && !state.activationHistory().suspensions().containsKey(number);
    return frozenByPerson
        ? new Decision.NoChange<>(state)
        : commitState(
            state,
            state.with(state.activationHistory().frozen(number)),
            auditEntry(AuditEventType.FREEZE, request)
                .change(OptionalInt.empty(), OptionalInt.of(number)));
  }

  /** Unfreezes a version, no matter why it is frozen. */
  Decision<PromptState> unfreeze(PromptState state, int number, ChangeRequest request) {
    if (!state.hasVersion(number)) {
      return rejectUnknownVersion(state, number);
    }
    return state.isFrozen(number)
        ? commitState(
            state,
            state.with(state.activationHistory().withoutFreeze(number)),
            auditEntry(AuditEventType.UNFREEZE, request)
                .change(OptionalInt.of(number), OptionalInt.empty()))
        : new Decision.NoChange<>(state);
  }

  static Decision<PromptState> commitState(PromptState state, PromptState after, AuditEntry entry) {
    return new Decision.Commit<>(PromptChange.of(state, after, entry), after);
  }

  private static Decision<PointerUpdate> commitMove(
      PromptState state,
      ActivationHistory history,
      AuditEntry entry,
      Optional<GateCondition> gate) {
    PromptState after = state.with(history);
    PromptChange change =
        PromptChange.of(state, after, entry.change(state.active(), after.active()));
    return new Decision.Commit<>(
        gate.map(change::withGate).orElse(change),
        new PointerUpdate(after.active().orElseThrow(), state.active(), after.revision()));
  }

  /** Evaluates whether the tests of a version allow its activation. */
  Gate evaluateGate(PromptState state, PromptVersion version) {
    return Gate.evaluate(
        state.suiteHash(),
        state
            .suiteHash()
            .flatMap(
                suite -> store.findVerdict(state.name(), version.content().versionHash(), suite)),
        clock.instant());
  }

  static <T> Decision<T> rejectUnknownVersion(PromptState state, int number) {
    return new Decision.Reject<>(
        new PromptError.UnknownVersion(state.name(), number, state.latest()));
  }

  /** An audit entry of the caller, at the current time. */
  AuditEntry auditEntry(AuditEventType type, ChangeRequest request) {
    return AuditEntry.of(type, request.actor(), now()).reason(request.reason());
  }

  /** The current time, to the milliseconds that stores keep. */
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Reads a version that must exist. */
  PromptVersion requireVersion(PromptName name, int number) {
    return store
        .findVersion(name, number)
        .orElseThrow(
            () -> new IllegalStateException("version " + number + " of " + name + " is missing"));
  }
}
