package dev.tollgate.prompt;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.OptimisticRetry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Applies decisions to the state of a prompt under optimistic locking. A decision that meets a
 * concurrent write is repeated on the new state.
 */
final class PromptStateUpdater {
  private final PromptStore store;

  PromptStateUpdater(PromptStore store) {
    this.store = store;
  }

  /** The outcome of a decision on a state as it was read. */
  sealed interface Decision<T> {
    record Reject<T>(PromptError error) implements Decision<T> {}

    /** The state already is as requested. */
    record NoChange<T>(T value) implements Decision<T> {}

    /** A change to write, and the value to return once it is written. */
    record Commit<T>(PromptChange change, T value) implements Decision<T> {}
  }

  /** Updates a registered prompt. */
  <T> PromptResult<T> update(
      PromptName name, ChangeRequest request, Function<PromptState, Decision<T>> decide) {
    return update(name, request, Optional.empty(), decide);
  }

  /**
   * Updates a prompt.
   *
   * @param ifUnknown the state of a prompt that is not registered; empty rejects it
   */
  <T> PromptResult<T> update(
      PromptName name,
      ChangeRequest request,
      Optional<PromptState> ifUnknown,
      Function<PromptState, Decision<T>> decide) {
    AtomicReference<Optional<Decision.Commit<T>>> unconfirmed =
        new AtomicReference<>(Optional.empty());
    return OptimisticRetry.execute(
        name.value(), () -> tryUpdate(name, request, ifUnknown, decide, unconfirmed));
  }

  private <T> Optional<PromptResult<T>> tryUpdate(
      PromptName name,
      ChangeRequest request,
      Optional<PromptState> ifUnknown,
      Function<PromptState, Decision<T>> decide,
      AtomicReference<Optional<Decision.Commit<T>>> unconfirmed) {
    Optional<Decision.Commit<T>> earlier = unconfirmed.get();
    if (earlier.filter(commit -> wasWritten(name, commit.change().event())).isPresent()) {
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
      case Decision.Commit<T> commit ->
          switch (store.commit(commit.change())) {
            case PromptStore.Commit.Committed() ->
                Optional.of(new PromptResult.Ok<>(commit.value()));
            case PromptStore.Commit.Conflict() -> Optional.empty();
            case PromptStore.Commit.Unknown() -> {
              unconfirmed.set(Optional.of(commit));
              yield Optional.empty();
            }
          };
    };
  }

  private boolean wasWritten(PromptName name, AuditEvent event) {
    return store.listEvents(name, event.number() + 1, 1).equals(List.of(event));
  }
}
