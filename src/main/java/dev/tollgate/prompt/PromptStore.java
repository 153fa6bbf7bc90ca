package dev.tollgate.prompt;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.ChainVerification;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Stores prompts. Versions, suites and events are write-once, so callers may cache them for ever.
 * All other reads are strongly consistent.
 */
public interface PromptStore {
  Optional<PromptState> findState(PromptName name);

  /** Lists at most {@code limit} prompts after {@code after}, by name. */
  List<PromptState> listStates(Optional<PromptName> after, int limit);

  Optional<PromptVersion> findVersion(PromptName name, int number);

  /** Finds the newest version with that content. */
  OptionalInt findVersionByContent(PromptName name, String versionHash);

  /** Lists at most {@code limit} versions below {@code before}, newest first. */
  List<VersionSummary> listVersions(PromptName name, int before, int limit);

  /** Lists the labels of a prompt in order. */
  List<LabelPointer> listLabels(PromptName name);

  Optional<LabelPointer> findLabel(PromptName name, Label label);

  Optional<Suite> findSuite(PromptName name, String hash);

  Optional<GateVerdict> findVerdict(PromptName name, String versionHash, String suiteHash);

  /**
   * Records the verdict of a run in place of an earlier one of the same version and suite.
   *
   * @param startedAt when the run started
   * @return false, without a write, if the run passed but started before another one failed
   */
  boolean recordVerdict(PromptName name, GateVerdict verdict, Instant startedAt);

  /** Lists at most {@code limit} events below {@code before}, newest first. */
  List<AuditEvent> listEvents(PromptName name, long before, int limit);

  /** Verifies the chain of all events up to the state. */
  ChainVerification verifyChain(PromptState state);

  /** Writes a change as a whole or not at all. */
  Commit commit(PromptChange change);

  /** The result of a write. */
  sealed interface Commit {
    record Committed() implements Commit {}

    /** The prompt changed since it was read, or the store asks for a retry. */
    record Conflict() implements Commit {}

    /**
     * It is unknown whether the change was written; the audit log shows whether its event exists.
     */
    record Unknown() implements Commit {}
  }
}
