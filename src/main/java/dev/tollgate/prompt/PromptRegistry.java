package dev.tollgate.prompt;

import dev.tollgate.audit.AuditEntry;
import dev.tollgate.audit.AuditEventType;
import dev.tollgate.prompt.PromptChange.LabelChange;
import dev.tollgate.prompt.PromptStateUpdater.Decision;
import dev.tollgate.prompt.content.PromptContent;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Registers versions of prompts and moves their pointers. Concurrent callers are safe: a change is
 * decided again if the prompt changed meanwhile. Each change writes its audit event in the same
 * transaction.
 */
@Singleton
public class PromptRegistry {
  private final PromptStore store;
  private final PromptStateUpdater updater;
  private final ActivationRules rules;

  public PromptRegistry(PromptStore store, Clock clock) {
    this.store = store;
    this.updater = new PromptStateUpdater(store);
    this.rules = new ActivationRules(store, clock);
  }

  /** Registers content as the next version, unless the newest version has the same content. */
  public Registration register(
      PromptName name, PromptContent content, String author, String notes, ChangeRequest request) {
    String versionHash = content.versionHash();
    return switch (updater.update(
        name,
        request,
        Optional.of(PromptState.initial(name)),
        state -> {
          if (state.latest() > 0) {
            PromptVersion newest = rules.requireVersion(name, state.latest());
            if (newest.content().versionHash().equals(versionHash)) {
              return new Decision.NoChange<>(new Registration(newest, true));
            }
          }
          int number = state.latest() + 1;
          PromptVersion version =
              new PromptVersion(
                  name, number, content, author, request.principal(), notes, rules.now());
          AuditEntry entry =
              AuditEntry.of(AuditEventType.REGISTER, request.actor(), version.created())
                  .target(versionHash)
                  .change(OptionalInt.empty(), OptionalInt.of(number));
          return new Decision.Commit<>(
              PromptChange.of(state, state.withLatest(number), entry).with(version),
              new Registration(version, false));
        })) {
      case PromptResult.Ok<Registration>(Registration registration) -> registration;
      case PromptResult.Err<Registration>(PromptError error) ->
          throw new IllegalStateException("Unexpected rejection of a registration: " + error);
    };
  }

  /**
   * A registered version.
   *
   * @param existing whether the version existed before
   */
  public record Registration(PromptVersion version, boolean existing) {}

  /**
   * Activates a version, which replaces the active one. Does nothing if the version is active.
   *
   * @param force whether to bypass a closed gate
   */
  public PromptResult<PointerUpdate> activate(
      PromptName name, int number, boolean force, ChangeRequest request) {
    return updater.update(name, request, state -> rules.activate(state, number, force, request));
  }

  /**
   * Reactivates an earlier version: the given one, or the one that the active version replaced. A
   * rollback needs no tests, because it must work in an incident.
   */
  public PromptResult<PointerUpdate> rollBack(
      PromptName name, OptionalInt version, ChangeRequest request) {
    Optional<PromptState> seen = store.findState(name);
    // The target is decided once, so that concurrent rollbacks go back one step together.
    OptionalInt target = version.isPresent() ? version : previousVersion(seen);
    return updater.update(name, request, state -> rules.rollBack(state, target, request));
  }

  private static OptionalInt previousVersion(Optional<PromptState> state) {
    return state.map(it -> it.activationHistory().previousVersion()).orElse(OptionalInt.empty());
  }

  /**
   * Replaces a version that failed its tests, and freezes it until it passes them. Does nothing if
   * another version is active by now: that decision is newer.
   *
   * @param runId the failed test run; a repeat with the same run returns the same result
   */
  public PromptResult<PointerUpdate> rollBackFailed(
      PromptName name, int failed, int target, String runId, ChangeRequest request) {
    return updater.update(
        name, request, state -> rules.rollBackFailed(state, failed, target, runId, request));
  }

  /**
   * Unfreezes a version that failed tests had frozen, after a passed run that started later. A
   * freeze by a person stays.
   */
  public PromptResult<PromptState> unfreezeAfterPass(
      PromptName name, int version, String runId, Instant started, ChangeRequest request) {
    return updater.update(
        name, request, state -> rules.unfreezeAfterPass(state, version, runId, started, request));
  }

  /**
   * The result of moving a pointer.
   *
   * @param previousVersion the version that the pointer had before
   */
  public record PointerUpdate(int version, OptionalInt previousVersion, long revision) {}

  /** Points a label to a version. */
  public PromptResult<PointerUpdate> setLabel(
      PromptName name, Label label, int number, ChangeRequest request) {
    return updater.update(
        name,
        request,
        state -> {
          if (!state.hasVersion(number)) {
            return ActivationRules.rejectUnknownVersion(state, number);
          }
          OptionalInt before = labelTarget(name, label);
          if (before.equals(OptionalInt.of(number))) {
            return new Decision.NoChange<>(new PointerUpdate(number, before, state.revision()));
          }
          AuditEntry entry =
              rules
                  .auditEntry(AuditEventType.LABEL, request)
                  .target(label.value())
                  .change(before, OptionalInt.of(number));
          LabelPointer pointer = new LabelPointer(label, number, request.actor(), entry.time());
          PromptState after = state.withNextRevision();
          return new Decision.Commit<>(
              PromptChange.of(state, after, entry)
                  .withLabel(new LabelChange(label, Optional.of(pointer))),
              new PointerUpdate(number, before, after.revision()));
        });
  }

  /** Removes a label. */
  public PromptResult<PointerUpdate> removeLabel(
      PromptName name, Label label, ChangeRequest request) {
    return updater.update(
        name,
        request,
        state -> {
          OptionalInt before = labelTarget(name, label);
          if (before.isEmpty()) {
            return new Decision.Reject<>(new PromptError.UnknownLabel(name, label));
          }
          AuditEntry entry =
              rules
                  .auditEntry(AuditEventType.UNLABEL, request)
                  .target(label.value())
                  .change(before, OptionalInt.empty());
          PromptState after = state.withNextRevision();
          return new Decision.Commit<>(
              PromptChange.of(state, after, entry)
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

  /** Freezes a version: it cannot be activated until it is unfrozen. */
  public PromptResult<PromptState> freeze(PromptName name, int number, ChangeRequest request) {
    return updater.update(name, request, state -> rules.freeze(state, number, request));
  }

  public PromptResult<PromptState> unfreeze(PromptName name, int number, ChangeRequest request) {
    return updater.update(name, request, state -> rules.unfreeze(state, number, request));
  }

  /** Sets the current test suite, which closes the gate until versions have passed it. */
  public PromptResult<PromptState> setSuite(PromptName name, Suite suite, ChangeRequest request) {
    String hash = suite.hash();
    return updater.update(
        name,
        request,
        state ->
            state.suiteHash().equals(Optional.of(hash))
                ? new Decision.NoChange<>(state)
                : new Decision.Commit<>(
                    PromptChange.of(
                            state,
                            state.withSuite(hash),
                            rules
                                .auditEntry(AuditEventType.SUITE, request)
                                .change(state.suiteHash(), hash))
                        .with(suite),
                    state.withSuite(hash)));
  }

  /** Sets whether activation needs another key than the one that registered the version. */
  public PromptResult<PromptState> requireSecondPerson(
      PromptName name, boolean required, ChangeRequest request) {
    return updater.update(
        name,
        request,
        state ->
            state.secondPersonRequired() == required
                ? new Decision.NoChange<>(state)
                : ActivationRules.commitState(
                    state,
                    state.withSecondPerson(required),
                    rules
                        .auditEntry(AuditEventType.SETTINGS, request)
                        .target("require_second_person")
                        .change(state.secondPersonRequired(), required)));
  }

  /** Purges the cached responses of a prompt. */
  public PromptResult<PromptState> purgeCache(PromptName name, ChangeRequest request) {
    return updater.update(
        name,
        request,
        state ->
            ActivationRules.commitState(
                state,
                state.withNextCacheEpoch(),
                rules.auditEntry(AuditEventType.PURGE, request)));
  }

  /**
   * Enables the semantic cache for those versions of a prompt that ask for it, and resets its error
   * count.
   */
  public PromptResult<PromptState> enableSemanticCache(PromptName name, ChangeRequest request) {
    return updater.update(
        name,
        request,
        state -> {
          if (state.semantic().isOn()) {
            return new Decision.NoChange<>(state);
          }
          AuditEntry entry = rules.auditEntry(AuditEventType.SEMANTIC_ON, request);
          return ActivationRules.commitState(
              state, state.with(SemanticSwitch.switchOn(entry.time())), entry);
        });
  }

  /** Disables the semantic cache for all versions of a prompt. */
  public PromptResult<PromptState> disableSemanticCache(PromptName name, ChangeRequest request) {
    return updater.update(
        name,
        request,
        state -> {
          if (!state.semantic().isOn()) {
            return new Decision.NoChange<>(state);
          }
          AuditEntry entry = rules.auditEntry(AuditEventType.SEMANTIC_OFF, request);
          return ActivationRules.commitState(
              state, withSemanticCacheOff(state, entry, Optional.empty()), entry);
        });
  }

  /**
   * Disables the semantic cache automatically, because too many of its hits were false. Does
   * nothing if the cache was enabled or disabled since they were counted, or if another version is
   * active.
   *
   * @param countedFrom when the cache was last enabled
   * @param callId the call that reached the limit; a repeat with the same call returns the same
   *     result
   * @return whether the cache is disabled because of that call
   */
  public PromptResult<Boolean> disableSemanticCacheAfterFalseHits(
      PromptName name, int version, Instant countedFrom, String callId, ChangeRequest request) {
    return updater.update(
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
          AuditEntry entry = rules.auditEntry(AuditEventType.SEMANTIC_OFF, request).target(callId);
          PromptState after = withSemanticCacheOff(state, entry, Optional.of(callId));
          return new Decision.Commit<>(PromptChange.of(state, after, entry), true);
        });
  }

  private static PromptState withSemanticCacheOff(
      PromptState state, AuditEntry entry, Optional<String> callId) {
    return state.with(state.semantic().switchOff(entry.time(), entry.reason().orElse(""), callId));
  }

  /** Evaluates whether the tests of a version allow its activation. */
  public Gate evaluateGate(PromptState state, PromptVersion version) {
    return rules.evaluateGate(state, version);
  }

  /** Resolves a reference to a version. */
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
    return new PromptResult.Ok<>(
        new ResolvedVersion(state, rules.requireVersion(state.name(), number)));
  }

  /** A version, and the state of its prompt when it was read. */
  public record ResolvedVersion(PromptState state, PromptVersion version) {}

  /**
   * Compares a prompt's file with the active version.
   *
   * @param fileHistory version hashes of earlier contents of the file
   */
  public PromptDrift detectDrift(PromptName name, PromptContent file, Set<String> fileHistory) {
    Optional<PromptState> known = store.findState(name);
    if (known.isEmpty()) {
      return PromptDrift.missing();
    }
    PromptState state = known.get();
    Optional<PromptVersion> active =
        state.active().isPresent()
            ? Optional.of(rules.requireVersion(name, state.active().getAsInt()))
            : Optional.empty();
    return PromptDrift.of(
        file, fileHistory, state, active, store.findVersionByContent(name, file.versionHash()));
  }
}
