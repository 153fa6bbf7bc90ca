package dev.tollgate.prompt;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.ChainVerification;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Keeps prompts. Versions, suites and events are write-once, so one that was read may be kept for
 * ever; all else is read strongly consistent.
 */
public interface PromptStore {
  Optional<PromptState> findState(PromptName name);

  /** Prompts after {@code after} in order of name, at most {@code limit}. */
  List<PromptState> listStates(Optional<PromptName> after, int limit);

  Optional<PromptVersion> findVersion(PromptName name, int number);

  /** The newest version with that content. */
  OptionalInt findVersionByContent(PromptName name, String versionHash);

  /** Versions below {@code before}, newest first, at most {@code limit}. */
  List<VersionSummary> listVersions(PromptName name, int before, int limit);

  /** All labels of a prompt, in order. */
  List<LabelPointer> listLabels(PromptName name);

  Optional<LabelPointer> findLabel(PromptName name, Label label);

  Optional<Suite> findSuite(PromptName name, String hash);

  Optional<GateVerdict> findVerdict(PromptName name, String versionHash, String suiteHash);

  /**
   * Keeps how a run went, in place of the verdict of an earlier run of the same two. False, and
   * nothing kept, if it passed but began before another one failed.
   *
   * @param startedAt when the run did
   */
  boolean recordVerdict(PromptName name, GateVerdict verdict, Instant startedAt);

  /** Events below {@code before}, newest first, at most {@code limit}. */
  List<AuditEvent> listEvents(PromptName name, long before, int limit);

  /** Checks all events that the head tells of. */
  ChainVerification verifyChain(PromptState state);

  /** Writes all of a change or nothing of it. */
  Commit commit(PromptChange change);

  /** What came of a write. */
  sealed interface Commit {
    record Committed() implements Commit {}

    /** Something was written since the head was read, or the store asks to try again. */
    record Conflict() implements Commit {}

    /** The change may have been written or not; the ledger tells whether its event came. */
    record Unknown() implements Commit {}
  }
}
