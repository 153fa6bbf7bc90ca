package dev.tollgate.prompt;

import dev.tollgate.audit.AuditEntry;
import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditEventType;
import dev.tollgate.audit.OptimisticRetry;
import dev.tollgate.prompt.PromptChange.LabelChange;
import dev.tollgate.prompt.PromptChange.OpenGate;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
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
      PromptName name, PromptContent content, String author, String notes, Order order) {
    String versionHash = content.versionHash();
    return switch (change(
        name,
        order,
        Optional.of(PromptHead.none(name)),
        head -> {
          if (head.latest() > 0) {
            PromptVersion newest = versionThatMustExist(name, head.latest());
            if (newest.content().versionHash().equals(versionHash)) {
              return new Step.Keep<>(new Registration(newest, true));
            }
          }
          int number = head.latest() + 1;
          PromptVersion version =
              new PromptVersion(name, number, content, author, order.person(), notes, now());
          AuditEntry act =
              AuditEntry.of(AuditEventType.REGISTER, order.actor(), version.created())
                  .target(versionHash)
                  .change(OptionalInt.empty(), OptionalInt.of(number));
          return new Step.Write<>(
              PromptChange.of(head, head.registered(number), act).adding(version),
              new Registration(version, false));
        })) {
      case Outcome.Done<Registration>(Registration registration) -> registration;
      case Outcome.Refused<Registration>(Refusal refusal) ->
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
  public Outcome<Moved> activate(PromptName name, int number, boolean force, Order order) {
    return change(name, order, head -> activation(head, number, force, order));
  }

  private Step<Moved> activation(PromptHead head, int number, boolean force, Order order) {
    PromptName name = head.name();
    if (!head.has(number)) {
      return unknownVersion(head, number);
    }
    if (head.isActive(number)) {
      return new Step.Keep<>(new Moved(number, head.active(), head.revision()));
    }
    if (head.isFrozen(number)) {
      return new Step.Refuse<>(new Refusal.Frozen(name, number));
    }
    PromptVersion version = versionThatMustExist(name, number);
    if (head.secondPerson() && version.registeredBy().equals(order.person())) {
      return new Step.Refuse<>(
          new Refusal.SecondPersonRequired(name, number, version.registeredBy()));
    }
    Rollout rollout = head.rollout().activated(number);
    return switch (gate(head, version)) {
      case Gate.Open(GateVerdict verdict) ->
          move(
              head,
              rollout,
              act(AuditEventType.ACTIVATE, order).runId(Optional.of(verdict.runId())),
              Optional.of(
                  new OpenGate(
                      verdict.versionHash(),
                      verdict.suiteHash(),
                      clock.instant().minus(Gate.VALID))));
      case Gate.Closed closed ->
          force
              ? move(head, rollout, act(AuditEventType.FORCE, order), Optional.empty())
              : new Step.Refuse<>(new Refusal.GateClosed(name, number, closed));
    };
  }

  /**
   * Puts a version back that was in production before: the one given, or the one that the active
   * version replaced. Needs no tests, since it has to work when things are on fire.
   */
  public Outcome<Moved> rollBack(PromptName name, OptionalInt version, Order order) {
    Optional<PromptHead> seen = store.findHead(name);
    // Decided once: if somebody else rolls back at the same time, both mean the same step.
    OptionalInt target = version.isPresent() ? version : before(seen);
    return change(name, order, head -> rollback(head, target, order));
  }

  private static OptionalInt before(Optional<PromptHead> head) {
    return head.map(it -> it.rollout().before()).orElse(OptionalInt.empty());
  }

  private Step<Moved> rollback(PromptHead head, OptionalInt target, Order order) {
    PromptName name = head.name();
    if (target.isEmpty()) {
      return new Step.Refuse<>(new Refusal.NothingBefore(name));
    }
    int version = target.getAsInt();
    if (!head.has(version)) {
      return unknownVersion(head, version);
    }
    if (head.isActive(version)) {
      return new Step.Keep<>(new Moved(version, head.active(), head.revision()));
    }
    if (!head.rollout().everActive().contains(version)) {
      return new Step.Refuse<>(new Refusal.NeverActive(name, version));
    }
    if (head.isFrozen(version)) {
      return new Step.Refuse<>(new Refusal.Frozen(name, version));
    }
    return move(
        head,
        head.rollout().rolledBack(version),
        act(AuditEventType.ROLLBACK, order),
        Optional.empty());
  }

  /**
   * Puts a version back in place of one that failed its tests, and freezes that one until it passes
   * them. If something else is in production by now, nothing moves: whoever put it there knew more.
   *
   * @param runId of the run that it failed; asked again for the same run, it answers the same
   */
  public Outcome<Moved> withdraw(
      PromptName name, int failed, int target, String runId, Order order) {
    return change(name, order, head -> withdrawal(head, failed, target, runId, order));
  }

  private Step<Moved> withdrawal(
      PromptHead head, int failed, int target, String runId, Order order) {
    Suspension known = head.rollout().suspensions().get(failed);
    if (known != null && known.runId().equals(runId)) {
      return new Step.Keep<>(new Moved(target, OptionalInt.of(failed), head.revision()));
    }
    if (!head.isActive(failed)) {
      return new Step.Refuse<>(new Refusal.NoLongerActive(head.name(), failed, head.active()));
    }
    if (head.isFrozen(target)) {
      return new Step.Refuse<>(new Refusal.Frozen(head.name(), target));
    }
    AuditEntry act = act(AuditEventType.ROLLBACK, order).runId(Optional.of(runId));
    return move(
        head,
        head.rollout().rolledBack(target).suspended(failed, new Suspension(runId, act.time())),
        act,
        Optional.empty());
  }

  /**
   * Lifts a freeze that tests made, on a run that the version passed and that started later. A
   * freeze by a person stays.
   */
  public Outcome<PromptHead> readmit(
      PromptName name, int version, String runId, Instant started, Order order) {
    return change(
        name,
        order,
        head -> {
          Suspension why = head.rollout().suspensions().get(version);
          if (why == null || !started.isAfter(why.since())) {
            return new Step.Keep<>(head);
          }
          return write(
              head,
              head.with(head.rollout().unfrozen(version)),
              act(AuditEventType.UNFREEZE, order)
                  .runId(Optional.of(runId))
                  .change(OptionalInt.of(version), OptionalInt.empty()));
        });
  }

  private static Step<Moved> move(
      PromptHead head, Rollout rollout, AuditEntry act, Optional<OpenGate> gate) {
    PromptHead after = head.with(rollout);
    PromptChange change = PromptChange.of(head, after, act.change(head.active(), after.active()));
    return new Step.Write<>(
        gate.map(change::through).orElse(change),
        new Moved(after.active().orElseThrow(), head.active(), after.revision()));
  }

  /**
   * A pointer that is where it was wanted.
   *
   * @param before where it was
   */
  public record Moved(int version, OptionalInt before, long revision) {}

  /** Lets a label point to a version. */
  public Outcome<Moved> label(PromptName name, Label label, int number, Order order) {
    return change(
        name,
        order,
        head -> {
          if (!head.has(number)) {
            return unknownVersion(head, number);
          }
          OptionalInt before = pointedTo(name, label);
          if (before.equals(OptionalInt.of(number))) {
            return new Step.Keep<>(new Moved(number, before, head.revision()));
          }
          AuditEntry act =
              act(AuditEventType.LABEL, order)
                  .target(label.value())
                  .change(before, OptionalInt.of(number));
          LabelPointer pointer = new LabelPointer(label, number, order.actor(), act.time());
          PromptHead after = head.relabelled();
          return new Step.Write<>(
              PromptChange.of(head, after, act)
                  .moving(new LabelChange(label, Optional.of(pointer))),
              new Moved(number, before, after.revision()));
        });
  }

  /** Takes a label away. */
  public Outcome<Moved> unlabel(PromptName name, Label label, Order order) {
    return change(
        name,
        order,
        head -> {
          OptionalInt before = pointedTo(name, label);
          if (before.isEmpty()) {
            return new Step.Refuse<>(new Refusal.UnknownLabel(name, label));
          }
          AuditEntry act =
              act(AuditEventType.UNLABEL, order)
                  .target(label.value())
                  .change(before, OptionalInt.empty());
          PromptHead after = head.relabelled();
          return new Step.Write<>(
              PromptChange.of(head, after, act).moving(new LabelChange(label, Optional.empty())),
              new Moved(before.getAsInt(), before, after.revision()));
        });
  }

  private OptionalInt pointedTo(PromptName name, Label label) {
    return store
        .findLabel(name, label)
        .map(pointer -> OptionalInt.of(pointer.version()))
        .orElse(OptionalInt.empty());
  }

  /** Keeps a version out of production until it is unfrozen. */
  public Outcome<PromptHead> freeze(PromptName name, int number, Order order) {
    return change(
        name,
        order,
        head -> {
          if (!head.has(number)) {
            return unknownVersion(head, number);
          }
          if (head.isActive(number)) {
            return new Step.Refuse<>(new Refusal.FreezesActive(name, number));
          }
          boolean firmly =
              head.isFrozen(number) && !head.rollout().suspensions().containsKey(number);
          return firmly
              ? new Step.Keep<>(head)
              : write(
                  head,
                  head.with(head.rollout().frozen(number)),
                  act(AuditEventType.FREEZE, order)
                      .change(OptionalInt.empty(), OptionalInt.of(number)));
        });
  }

  public Outcome<PromptHead> unfreeze(PromptName name, int number, Order order) {
    return change(
        name,
        order,
        head -> {
          if (!head.has(number)) {
            return unknownVersion(head, number);
          }
          return head.isFrozen(number)
              ? write(
                  head,
                  head.with(head.rollout().unfrozen(number)),
                  act(AuditEventType.UNFREEZE, order)
                      .change(OptionalInt.of(number), OptionalInt.empty()))
              : new Step.Keep<>(head);
        });
  }

  /** Makes a suite the current one, which closes the gate until versions have passed it. */
  public Outcome<PromptHead> testWith(PromptName name, Suite suite, Order order) {
    String hash = suite.hash();
    return change(
        name,
        order,
        head ->
            head.suiteHash().equals(Optional.of(hash))
                ? new Step.Keep<>(head)
                : new Step.Write<>(
                    PromptChange.of(
                            head,
                            head.testedBy(hash),
                            act(AuditEventType.SUITE, order).change(head.suiteHash(), hash))
                        .adding(suite),
                    head.testedBy(hash)));
  }

  /** Says whether whoever registered a version may also activate it. */
  public Outcome<PromptHead> requireSecondPerson(PromptName name, boolean required, Order order) {
    return change(
        name,
        order,
        head ->
            head.secondPerson() == required
                ? new Step.Keep<>(head)
                : write(
                    head,
                    head.withSecondPerson(required),
                    act(AuditEventType.SETTINGS, order)
                        .target("require_second_person")
                        .change(head.secondPerson(), required)));
  }

  /** Forgets every cached answer of a prompt. */
  public Outcome<PromptHead> purge(PromptName name, Order order) {
    return change(
        name, order, head -> write(head, head.purged(), act(AuditEventType.PURGE, order)));
  }

  /**
   * Lets a prompt's versions serve answers to similar questions, as far as they ask for it. What
   * was served before is forgiven.
   */
  public Outcome<PromptHead> switchSemanticOn(PromptName name, Order order) {
    return change(
        name,
        order,
        head -> {
          if (head.semantic().isOn()) {
            return new Step.Keep<>(head);
          }
          AuditEntry act = act(AuditEventType.SEMANTIC_ON, order);
          return write(head, head.with(SemanticSwitch.switchedOn(act.time())), act);
        });
  }

  /** Serves no answers to similar questions any more, whatever versions ask for. */
  public Outcome<PromptHead> switchSemanticOff(PromptName name, Order order) {
    return change(
        name,
        order,
        head -> {
          if (!head.semantic().isOn()) {
            return new Step.Keep<>(head);
          }
          AuditEntry act = act(AuditEventType.SEMANTIC_OFF, order);
          return write(head, switchedOff(head, act, Optional.empty()), act);
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
  public Outcome<Boolean> withdrawSemantic(
      PromptName name, int version, Instant countedFrom, String callId, Order order) {
    return change(
        name,
        order,
        head -> {
          SemanticSwitch before = head.semantic();
          if (!before.isOn()
              || !before.countedFrom().equals(countedFrom)
              || !head.isActive(version)) {
            return new Step.Keep<>(
                before.off().flatMap(SemanticSwitch.Off::callId).equals(Optional.of(callId)));
          }
          AuditEntry act = act(AuditEventType.SEMANTIC_OFF, order).target(callId);
          PromptHead after = switchedOff(head, act, Optional.of(callId));
          return new Step.Write<>(PromptChange.of(head, after, act), true);
        });
  }

  private static PromptHead switchedOff(PromptHead head, AuditEntry act, Optional<String> callId) {
    return head.with(head.semantic().switchedOff(act.time(), act.reason().orElse(""), callId));
  }

  private static Step<PromptHead> write(PromptHead head, PromptHead after, AuditEntry act) {
    return new Step.Write<>(PromptChange.of(head, after, act), after);
  }

  /** Whether a version may go into production by its tests. */
  public Gate gate(PromptHead head, PromptVersion version) {
    return Gate.of(
        head.suiteHash(),
        head.suiteHash()
            .flatMap(
                suite -> store.findVerdict(head.name(), version.content().versionHash(), suite)),
        clock.instant());
  }

  /** Finds the version that is asked for. */
  public Outcome<Found> find(PromptName name, VersionRef ref) {
    Optional<PromptHead> known = store.findHead(name);
    if (known.isEmpty()) {
      return new Outcome.Refused<>(new Refusal.UnknownPrompt(name));
    }
    PromptHead head = known.get();
    return switch (ref) {
      case VersionRef.Production() ->
          head.active().isEmpty()
              ? new Outcome.Refused<>(new Refusal.NoneActive(name))
              : found(head, head.active().getAsInt());
      case VersionRef.Latest() -> found(head, head.latest());
      case VersionRef.Number(int number) -> found(head, number);
      case VersionRef.Labelled(Label label) ->
          store
              .findLabel(name, label)
              .map(pointer -> found(head, pointer.version()))
              .orElseGet(() -> new Outcome.Refused<>(new Refusal.UnknownLabel(name, label)));
    };
  }

  private Outcome<Found> found(PromptHead head, int number) {
    if (!head.has(number)) {
      return new Outcome.Refused<>(new Refusal.UnknownVersion(head.name(), number, head.latest()));
    }
    return new Outcome.Done<>(new Found(head, versionThatMustExist(head.name(), number)));
  }

  /** A version, and where its prompt stood when it was found. */
  public record Found(PromptHead head, PromptVersion version) {}

  /**
   * Compares a prompt's file with the version in production.
   *
   * @param former version hashes of what the file held before
   */
  public Drift drift(PromptName name, PromptContent file, Set<String> former) {
    Optional<PromptHead> known = store.findHead(name);
    if (known.isEmpty()) {
      return Drift.missing();
    }
    PromptHead head = known.get();
    Optional<PromptVersion> active =
        head.active().isPresent()
            ? Optional.of(versionThatMustExist(name, head.active().getAsInt()))
            : Optional.empty();
    return Drift.of(file, former, head, active, store.findContent(name, file.versionHash()));
  }

  private <T> Outcome<T> change(
      PromptName name, Order order, Function<PromptHead, Step<T>> decide) {
    return change(name, order, Optional.empty(), decide);
  }

  /** Decides and writes until a decision holds, anew for each head that others leave. */
  private <T> Outcome<T> change(
      PromptName name,
      Order order,
      Optional<PromptHead> ifUnknown,
      Function<PromptHead, Step<T>> decide) {
    Optional<Step.Write<T>> doubtful = Optional.empty();
    for (int attempt = 0; attempt < OptimisticRetry.MAX_ATTEMPTS; attempt++) {
      if (doubtful.filter(step -> wasWritten(name, step.change().event())).isPresent()) {
        return new Outcome.Done<>(doubtful.get().value());
      }
      Optional<PromptHead> known = store.findHead(name).or(() -> ifUnknown);
      if (known.isEmpty()) {
        return new Outcome.Refused<>(new Refusal.UnknownPrompt(name));
      }
      PromptHead head = known.get();
      long expected = order.revision().orElse(head.revision());
      if (head.revision() != expected) {
        return new Outcome.Refused<>(new Refusal.RevisionChanged(name, expected, head.revision()));
      }
      switch (decide.apply(head)) {
        case Step.Refuse<T>(Refusal refusal) -> {
          return new Outcome.Refused<>(refusal);
        }
        case Step.Keep<T>(T value) -> {
          return new Outcome.Done<>(value);
        }
        case Step.Write<T> step -> {
          switch (store.commit(step.change())) {
            case PromptStore.Commit.Committed() -> {
              return new Outcome.Done<>(step.value());
            }
            case PromptStore.Commit.Conflict() -> OptimisticRetry.backOff(attempt);
            case PromptStore.Commit.Unknown() -> {
              doubtful = Optional.of(step);
              OptimisticRetry.backOff(attempt);
            }
          }
        }
      }
    }
    throw new IllegalStateException("too many writers change " + name + " at once: try again");
  }

  private boolean wasWritten(PromptName name, AuditEvent event) {
    return store.events(name, event.number() + 1, 1).equals(List.of(event));
  }

  /** What to do about a head as it was read. */
  private sealed interface Step<T> {
    record Refuse<T>(Refusal refusal) implements Step<T> {}

    /** It is already as it is wanted. */
    record Keep<T>(T value) implements Step<T> {}

    /** A change, and what to say once it is written. */
    record Write<T>(PromptChange change, T value) implements Step<T> {}
  }

  private static <T> Step<T> unknownVersion(PromptHead head, int number) {
    return new Step.Refuse<>(new Refusal.UnknownVersion(head.name(), number, head.latest()));
  }

  private AuditEntry act(AuditEventType type, Order order) {
    return AuditEntry.of(type, order.actor(), now()).reason(order.reason());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private PromptVersion versionThatMustExist(PromptName name, int number) {
    return store
        .find(name, number)
        .orElseThrow(
            () -> new IllegalStateException("version " + number + " of " + name + " is missing"));
  }
}
