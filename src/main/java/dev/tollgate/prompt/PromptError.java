package dev.tollgate.prompt;

import java.util.OptionalInt;

/** Why a prompt was not changed. */
public sealed interface PromptError {
  record UnknownPrompt(PromptName name) implements PromptError {}

  record UnknownVersion(PromptName name, int version, int latest) implements PromptError {}

  record UnknownLabel(PromptName name, Label label) implements PromptError {}

  /** The prompt has no active version. */
  record NoActiveVersion(PromptName name) implements PromptError {}

  /** The prompt changed since the caller read it. */
  record RevisionMismatch(PromptName name, long expected, long actual) implements PromptError {}

  record GateClosed(PromptName name, int version, Gate.Closed gate) implements PromptError {}

  record VersionFrozen(PromptName name, int version) implements PromptError {}

  /** The key that registered the version cannot activate it. */
  record SecondPersonRequired(PromptName name, int version, String registeredBy)
      implements PromptError {}

  record NoPreviousVersion(PromptName name) implements PromptError {}

  /** The version was never active, so a rollback cannot target it. */
  record NeverActive(PromptName name, int version) implements PromptError {}

  /**
   * The version that failed its tests is no longer active.
   *
   * @param active the active version
   */
  record NoLongerActive(PromptName name, int version, OptionalInt active) implements PromptError {}

  /** The active version cannot be frozen. */
  record CannotFreezeActive(PromptName name, int version) implements PromptError {}
}
