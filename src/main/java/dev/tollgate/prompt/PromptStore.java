package dev.tollgate.prompt;

import java.util.List;
import java.util.Optional;

/**
 * Keeps prompt versions and pointers. Versions are write-once, so one that was read may be kept for
 * ever; heads are read strongly consistent.
 */
public interface PromptStore {
  Optional<PromptHead> findHead(PromptName name);

  Optional<PromptVersion> find(PromptName name, int number);

  /** Versions below {@code before}, newest first, at most {@code limit}. */
  List<VersionSummary> history(PromptName name, int before, int limit);

  /** Every prompt that has a version, in order of name. */
  List<PromptName> names();

  /** Stores {@code version} if its number is the one after the latest. */
  AppendResult append(PromptVersion version);

  /** Moves the production pointer if the head still has {@code expectedRevision}. */
  MoveResult move(PromptName name, long expectedRevision, Activation activation);

  sealed interface AppendResult {
    record Appended() implements AppendResult {}

    /** Another writer took the number. */
    record Conflict() implements AppendResult {}
  }

  sealed interface MoveResult {
    record Moved(long revision) implements MoveResult {}

    /** The pointer was moved by somebody else since the head was read. */
    record Conflict() implements MoveResult {}
  }
}
