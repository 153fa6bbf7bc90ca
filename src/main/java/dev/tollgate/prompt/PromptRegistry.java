package dev.tollgate.prompt;

import dev.tollgate.audit.AuditEntry;
import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditEventType;
import dev.tollgate.audit.OptimisticRetry;
import dev.tollgate.prompt.PromptChange.GateCondition;
import dev.tollgate.prompt.PromptChange.LabelChange;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Registers versions and moves pointers, whoever else does so at the same time. Every change leaves
 * an event in the same transaction, so the ledger tells exactly what was done.
 */
@Singleton
public class PromptRegistry {
  private final PromptStore store;
  private final Clock clock;

  public PromptRegistry(PromptStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Registers content as the next version, unless the newest version has just that content. */
  public Registration register(
      PromptName name, PromptContent content, String author, String notes, ChangeRequest request) {
    String versionHash = content.versionHash();
    return switch (change(
        name,
        request,
        Optional.of(PromptState.initial(name)),
        state -> {
          if (state.latest() > 0) {
            PromptVersion newest = requireVersion(name, state.latest());
            if (newest.content().versionHash().equals(versionHash)) {
              return new Decision.NoChange<>(new Registration(newest, true));
            }
          }
          int number = state.latest() + 1;
          PromptVersion version =
              new PromptVersion(name, number, content, author, request.principal(), notes, now());
          AuditEntry act =
              AuditEntry.of(AuditEventType.REGISTER, request.actor(), version.created())
                  .target(versionHash)
                  .change(OptionalInt.empty(), OptionalInt.of(number));
          return new Decision.Commit<>(
              PromptChange.of(state, state.withLatest(number), act).with(version),
              new Registration(version, false));
        })) {
      case PromptResult.Ok<Registration>(Registration registration) -> registration;
      case PromptResult.Err<Registration>(PromptError refusal) ->
          throw new IllegalStateException("nothing refuses a registration: " + refusal);
    };
  }

  /**
   * A version that is registered.
   *
   * @param existing whether it was before
   */
  public record Registration(PromptVersion version, boolean existing) {}

  /**
   * Puts a version into production, which takes every other one out of it. If it is there already,
   * nothing moves.
   *
   * @param force whether to go past a closed gate
   */
  public PromptResult<PointerUpdate> activate(
      PromptName name, int number, boolean force, ChangeRequest request) {
    return change(name, request, state -> decideActivation(state, number, force, request));
  }

  private Decision<PointerUpdate> decideActivation(
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
    ActivationHistory rollout = state.activationHistory().withActivation(number);
    return switch (evaluateGate(state, version)) {
      case Gate.Open(GateVerdict verdict) ->
          commitMove(
              state,
              rollout,
              auditEntry(AuditEventType.ACTIVATE, request).runId(Optional.of(verdict.runId())),
              Optional.of(
                  new GateCondition(
                      verdict.versionHash(),
                      verdict.suiteHash(),
                      clock.instant().minus(Gate.VALIDITY))));
      case Gate.Closed closed ->
          force
              ? commitMove(
                  state, rollout, auditEntry(AuditEventType.FORCE, request), Optional.empty())
              : new Decision.Reject<>(new PromptError.GateClosed(name, number, closed));
    };
  }

  /**
   * Puts a version back that was in production before: the one given, or the one that the active
   * version replaced. Needs no tests, since it has to work when things are on fire.
   */
  public PromptResult<PointerUpdate> rollBack(
      PromptName name, OptionalInt version, ChangeRequest request) {
    Optional<PromptState> seen = store.findState(name);
    // Decided once: if somebody else rolls back at the same time, both mean the same step.
    OptionalInt target = version.isPresent() ? version : previousVersion(seen);
    return change(name, request, state -> decideRollback(state, target, request));
  }

  private static OptionalInt previousVersion(Optional<PromptState> state) {
    return state.map(it -> it.activationHistory().previousVersion()).orElse(OptionalInt.empty());
  }

  private Decision<PointerUpdate> decideRollback(
      PromptState state, OptionalInt target, ChangeRequest request) {
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

  /**
   * Puts a version back in place of one that failed its tests, and freezes that one until it passes
   * them. If something else is in production by now, nothing moves: whoever put it there knew more.
   *
   * @param runId of the run that it failed; asked again for the same run, it answers the same
   */
  public PromptResult<PointerUpdate> rollBackFailed(
      PromptName name, int failed, int target, String runId, ChangeRequest request) {
    return change(
        name, request, state -> decideFailedRollback(state, failed, target, runId, request));
  }

  private Decision<PointerUpdate> decideFailedRollback(
      PromptState state, int failed, int target, String runId, ChangeRequest request) {
    Suspension known = state.activationHistory().suspensions().get(failed);
    if (known != null && known.runId().equals(runId)) {
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
    AuditEntry act = auditEntry(AuditEventType.ROLLBACK, request).runId(Optional.of(runId));
    return commitMove(
        state,
        state
            .activationHistory()
            .withRollback(target)
            .withSuspension(failed, new Suspension(runId, act.time())),
        act,
        Optional.empty());
  }

  /**
   * Lifts a freeze that tests made, on a run that the version passed and that started later. A
   * freeze by a person stays.
   */
  public PromptResult<PromptState> unfreezeAfterPass(
      PromptName name, int version, String runId, Instant started, ChangeRequest request) {
    return change(
        name,
        request,
        state -> {
          Suspension why = state.activationHistory().suspensions().get(version);
          if (why == null || !started.isAfter(why.since())) {
            return new Decision.NoChange<>(state);
          }
          return commitState(
              state,
              state.with(state.activationHistory().withoutFreeze(version)),
              auditEntry(AuditEventType.UNFREEZE, request)
                  .runId(Optional.of(runId))
                  .change(OptionalInt.of(version), OptionalInt.empty()));
        });
  }

  private static Decision<PointerUpdate> commitMove(
      PromptState state, ActivationHistory rollout, AuditEntry act, Optional<GateCondition> gate) {
    PromptState after = state.with(rollout);
    PromptChange change = PromptChange.of(state, after, act.change(state.active(), after.active()));
    return new Decision.Commit<>(
        gate.map(change::withGate).orElse(change),
        new PointerUpdate(after.active().orElseThrow(), state.active(), after.revision()));
  }

  /**
   * A pointer that is where it was wanted.
   *
   * @param previousVersion where it was
   */
  public record PointerUpdate(int version, OptionalInt previousVersion, long revision) {}

  /** Lets a label point to a version. */
  public PromptResult<PointerUpdate> setLabel(
      PromptName name, Label label, int number, ChangeRequest request) {
    return change(
        name,
        request,
        state -> {
          if (!state.hasVersion(number)) {
            return rejectUnknownVersion(state, number);
          }
          OptionalInt before = labelTarget(name, label);
          if (before.equals(OptionalInt.of(number))) {
            return new Decision.NoChange<>(new PointerUpdate(number, before, state.revision()));
          }
          AuditEntry act =
              auditEntry(AuditEventType.LABEL, request)
                  .target(label.value())
                  .change(before, OptionalInt.of(number));
          LabelPointer pointer = new LabelPointer(label, number, request.actor(), act.time());
          PromptState after = state.withNextRevision();
          return new Decision.Commit<>(
              PromptChange.of(state, after, act)
                  .withLabel(new LabelChange(label, Optional.of(pointer))),
              new PointerUpdate(number, before, after.revision()));
        });
  }

  /** Takes a label away. */
  public PromptResult<PointerUpdate> removeLabel(
      PromptName name, Label label, ChangeRequest request) {
    return change(
        name,
        request,
        state -> {
          OptionalInt before = labelTarget(name, label);
          if (before.isEmpty()) {
            return new Decision.Reject<>(new PromptError.UnknownLabel(name, label));
          }
          AuditEntry act =
              auditEntry(AuditEventType.UNLABEL, request)
                  .target(label.value())
                  .change(before, OptionalInt.empty());
          PromptState after = state.withNextRevision();
          return new Decision.Commit<>(
              PromptChange.of(state, after, act)
                  .withLabel(new LabelChange(label, Optional.empty())),
              new PointerUpdate(before.getAsInt(), before, after.revision()));
        });
  }

  private OptionalInt labelTarget(PromptName name, Label label) {
    return store
        .findLabel(name, label)
        .map(pointer -> OptionalInt.of(pointer.version()))
        .orElse(OptionalInt.empty());
  }

  /** Keeps a version out of production until it is unfrozen. */
  public PromptResult<PromptState> freeze(PromptName name, int number, ChangeRequest request) {
    return change(
        name,
        request,
        state -> {
          if (!state.hasVersion(number)) {
            return rejectUnknownVersion(state, number);
          }
          if (state.isActive(number)) {
            return new Decision.Reject<>(new PromptError.CannotFreezeActive(name, number));
          }
          boolean firmly =
              state.isFrozen(number)
                  && !state.activationHistory().suspensions().containsKey(number);
          return firmly
              ? new Decision.NoChange<>(state)
              : commitState(
                  state,
                  state.with(state.activationHistory().frozen(number)),
                  auditEntry(AuditEventType.FREEZE, request)
                      .change(OptionalInt.empty(), OptionalInt.of(number)));
        });
  }

  public PromptResult<PromptState> unfreeze(PromptName name, int number, ChangeRequest request) {
    return change(
        name,
        request,
        state -> {
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
        });
  }

  /** Makes a suite the current one, which closes the gate until versions have passed it. */
  public PromptResult<PromptState> setSuite(PromptName name, Suite suite, ChangeRequest request) {
    String hash = suite.hash();
    return change(
        name,
        request,
        state ->
            state.suiteHash().equals(Optional.of(hash))
                ? new Decision.NoChange<>(state)
                : new Decision.Commit<>(
                    PromptChange.of(
                            state,
                            state.withSuite(hash),
                            auditEntry(AuditEventType.SUITE, request)
                                .change(state.suiteHash(), hash))
                        .with(suite),
                    state.withSuite(hash)));
  }

  /** Says whether whoever registered a version may also activate it. */
  public PromptResult<PromptState> requireSecondPerson(
      PromptName name, boolean required, ChangeRequest request) {
    return change(
        name,
        request,
        state ->
            state.secondPersonRequired() == required
                ? new Decision.NoChange<>(state)
                : commitState(
                    state,
                    state.withSecondPerson(required),
                    auditEntry(AuditEventType.SETTINGS, request)
                        .target("require_second_person")
                        .change(state.secondPersonRequired(), required)));
  }

  /** Forgets every cached answer of a prompt. */
  public PromptResult<PromptState> purgeCache(PromptName name, ChangeRequest request) {
    return change(
        name,
        request,
        state ->
            commitState(
                state, state.withNextCacheEpoch(), auditEntry(AuditEventType.PURGE, request)));
  }

  /**
   * Lets a prompt's versions serve answers to similar questions, as far as they ask for it. What
   * was served before is forgiven.
   */
  public PromptResult<PromptState> enableSemanticCache(PromptName name, ChangeRequest request) {
    return change(
        name,
        request,
        state -> {
          if (state.semantic().isOn()) {
            return new Decision.NoChange<>(state);
          }
          AuditEntry act = auditEntry(AuditEventType.SEMANTIC_ON, request);
          return commitState(state, state.with(SemanticSwitch.switchOn(act.time())), act);
        });
  }

  /** Serves no answers to similar questions any more, whatever versions ask for. */
  public PromptResult<PromptState> disableSemanticCache(PromptName name, ChangeRequest request) {
    return change(
        name,
        request,
        state -> {
          if (!state.semantic().isOn()) {
            return new Decision.NoChange<>(state);
          }
          AuditEntry act = auditEntry(AuditEventType.SEMANTIC_OFF, request);
          return commitState(state, withSemanticCacheOff(state, act, Optional.empty()), act);
        });
  }

  /**
   * The same without a person, because too many of the answers served were wrong. If it was
   * switched off or on since they were counted, or another version is in production than the one
   * that served them, nothing is done.
   *
   * @param countedFrom when it had last been switched on
   * @param callId of the call that tipped the scales; asked again for the same one, it answers the
   *     same
   * @return whether it is off because of that call
   */
  public PromptResult<Boolean> disableSemanticCacheAfterFalseHits(
      PromptName name, int version, Instant countedFrom, String callId, ChangeRequest request) {
    return change(
        name,
        request,
        state -> {
          SemanticSwitch before = state.semantic();
          if (!before.isOn()
              || !before.countedFrom().equals(countedFrom)
              || !state.isActive(version)) {
            return new Decision.NoChange<>(
                before.off().flatMap(SemanticSwitch.Off::callId).equals(Optional.of(callId)));
          }
          AuditEntry act = auditEntry(AuditEventType.SEMANTIC_OFF, request).target(callId);
          PromptState after = withSemanticCacheOff(state, act, Optional.of(callId));
          return new Decision.Commit<>(PromptChange.of(state, after, act), true);
        });
  }

  private static PromptState withSemanticCacheOff(
      PromptState state, AuditEntry act, Optional<String> callId) {
    return state.with(state.semantic().switchOff(act.time(), act.reason().orElse(""), callId));
  }

  private static Decision<PromptState> commitState(
      PromptState state, PromptState after, AuditEntry act) {
    return new Decision.Commit<>(PromptChange.of(state, after, act), after);
  }

  /** Whether a version may go into production by its tests. */
  public Gate evaluateGate(PromptState state, PromptVersion version) {
    return Gate.evaluate(
        state.suiteHash(),
        state
            .suiteHash()
            .flatMap(
                suite -> store.findVerdict(state.name(), version.content().versionHash(), suite)),
        clock.instant());
  }

  /** Finds the version that is asked for. */
  public PromptResult<ResolvedVersion> resolve(PromptName name, VersionRef ref) {
    Optional<PromptState> known = store.findState(name);
    if (known.isEmpty()) {
      return new PromptResult.Err<>(new PromptError.UnknownPrompt(name));
    }
    PromptState state = known.get();
    return switch (ref) {
      case VersionRef.Production() ->
          state.active().isEmpty()
              ? new PromptResult.Err<>(new PromptError.NoActiveVersion(name))
              : resolveNumber(state, state.active().getAsInt());
      case VersionRef.Latest() -> resolveNumber(state, state.latest());
      case VersionRef.Number(int number) -> resolveNumber(state, number);
      case VersionRef.Labelled(Label label) ->
          store
              .findLabel(name, label)
              .map(pointer -> resolveNumber(state, pointer.version()))
              .orElseGet(() -> new PromptResult.Err<>(new PromptError.UnknownLabel(name, label)));
    };
  }

  private PromptResult<ResolvedVersion> resolveNumber(PromptState state, int number) {
    if (!state.hasVersion(number)) {
      return new PromptResult.Err<>(
          new PromptError.UnknownVersion(state.name(), number, state.latest()));
    }
    return new PromptResult.Ok<>(new ResolvedVersion(state, requireVersion(state.name(), number)));
  }

  /** A version, and where its prompt stood when it was found. */
  public record ResolvedVersion(PromptState state, PromptVersion version) {}

  /**
   * Compares a prompt's file with the version in production.
   *
   * @param fileHistory version hashes of what the file held before
   */
  public PromptDrift detectDrift(PromptName name, PromptContent file, Set<String> fileHistory) {
    Optional<PromptState> known = store.findState(name);
    if (known.isEmpty()) {
      return PromptDrift.missing();
    }
    PromptState state = known.get();
    Optional<PromptVersion> active =
        state.active().isPresent()
            ? Optional.of(requireVersion(name, state.active().getAsInt()))
            : Optional.empty();
    return PromptDrift.of(
        file, fileHistory, state, active, store.findVersionByContent(name, file.versionHash()));
  }

  private <T> PromptResult<T> change(
      PromptName name, ChangeRequest request, Function<PromptState, Decision<T>> decide) {
    return change(name, request, Optional.empty(), decide);
  }

  /** Repeats decision and write until no other writer comes in between. */
  private <T> PromptResult<T> change(
      PromptName name,
      ChangeRequest request,
      Optional<PromptState> ifUnknown,
      Function<PromptState, Decision<T>> decide) {
    AtomicReference<Optional<Decision.Commit<T>>> unconfirmed =
        new AtomicReference<>(Optional.empty());
    return OptimisticRetry.execute(
        name.value(), () -> tryChange(name, request, ifUnknown, decide, unconfirmed));
  }

  private <T> Optional<PromptResult<T>> tryChange(
      PromptName name,
      ChangeRequest request,
      Optional<PromptState> ifUnknown,
      Function<PromptState, Decision<T>> decide,
      AtomicReference<Optional<Decision.Commit<T>>> unconfirmed) {
    Optional<Decision.Commit<T>> earlier = unconfirmed.get();
    if (earlier.filter(step -> wasWritten(name, step.change().event())).isPresent()) {
      return Optional.of(new PromptResult.Ok<>(earlier.get().value()));
    }
    Optional<PromptState> known = store.findState(name).or(() -> ifUnknown);
    if (known.isEmpty()) {
      return Optional.of(new PromptResult.Err<>(new PromptError.UnknownPrompt(name)));
    }
    PromptState state = known.get();
    long expected = request.expectedRevision().orElse(state.revision());
    if (state.revision() != expected) {
      return Optional.of(
          new PromptResult.Err<>(
              new PromptError.RevisionMismatch(name, expected, state.revision())));
    }
    return switch (decide.apply(state)) {
      case Decision.Reject<T>(PromptError error) -> Optional.of(new PromptResult.Err<>(error));
      case Decision.NoChange<T>(T value) -> Optional.of(new PromptResult.Ok<>(value));
      case Decision.Commit<T> step ->
          switch (store.commit(step.change())) {
            case PromptStore.Commit.Committed() -> Optional.of(new PromptResult.Ok<>(step.value()));
            case PromptStore.Commit.Conflict() -> Optional.empty();
            case PromptStore.Commit.Unknown() -> {
              unconfirmed.set(Optional.of(step));
              yield Optional.empty();
            }
          };
    };
  }

  private boolean wasWritten(PromptName name, AuditEvent event) {
    return store.listEvents(name, event.number() + 1, 1).equals(List.of(event));
  }

  /** What to do about a head as it was read. */
  private sealed interface Decision<T> {
    record Reject<T>(PromptError error) implements Decision<T> {}

    /** It is already as it is wanted. */
    record NoChange<T>(T value) implements Decision<T> {}

    /** A change, and what to say once it is written. */
    record Commit<T>(PromptChange change, T value) implements Decision<T> {}
  }

  private static <T> Decision<T> rejectUnknownVersion(PromptState state, int number) {
    return new Decision.Reject<>(
        new PromptError.UnknownVersion(state.name(), number, state.latest()));
  }

  private AuditEntry auditEntry(AuditEventType type, ChangeRequest request) {
    return AuditEntry.of(type, request.actor(), now()).reason(request.reason());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private PromptVersion requireVersion(PromptName name, int number) {
    return store
        .findVersion(name, number)
        .orElseThrow(
            () -> new IllegalStateException("version " + number + " of " + name + " is missing"));
  }
}
