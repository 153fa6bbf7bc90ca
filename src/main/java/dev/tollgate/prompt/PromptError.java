package dev.tollgate.prompt;

import java.util.OptionalInt;

/** Why a prompt was not changed. */
public sealed interface PromptError {
  record UnknownPrompt(PromptName name) implements PromptError {}

  record UnknownVersion(PromptName name, int version, int latest) implements PromptError {}

  record UnknownLabel(PromptName name, Label label) implements PromptError {}

  /** Nothing is in production yet. */
  record NoActiveVersion(PromptName name) implements PromptError {}

  /** Something changed since the caller looked. */
  record RevisionMismatch(PromptName name, long expected, long actual) implements PromptError {}

  record GateClosed(PromptName name, int version, Gate.Closed gate) implements PromptError {}

  record VersionFrozen(PromptName name, int version) implements PromptError {}

  /** The key that registered the version may not activate it. */
  record SecondPersonRequired(PromptName name, int version, String registeredBy)
      implements PromptError {}

  record NoPreviousVersion(PromptName name) implements PromptError {}

  /** A rollback goes back, and the version has never been in production. */
  record NeverActive(PromptName name, int version) implements PromptError {}

  /**
   * The version that failed its tests is not in production any more.
   *
   * @param active what is
   */
  record NoLongerActive(PromptName name, int version, OptionalInt active) implements PromptError {}

  /** What is in production cannot be kept out of it. */
  record CannotFreezeActive(PromptName name, int version) implements PromptError {}
}
