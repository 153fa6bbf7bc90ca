package dev.tollgate.prompt;

import java.util.OptionalInt;

/** Why a prompt was not changed. */
public sealed interface Refusal {
  record UnknownPrompt(PromptName name) implements Refusal {}

  record UnknownVersion(PromptName name, int version, int latest) implements Refusal {}

  record UnknownLabel(PromptName name, Label label) implements Refusal {}

  /** Nothing is in production yet. */
  record NoneActive(PromptName name) implements Refusal {}

  /** Something changed since the caller looked. */
  record RevisionChanged(PromptName name, long expected, long actual) implements Refusal {}

  record GateClosed(PromptName name, int version, Gate.Closed gate) implements Refusal {}

  record Frozen(PromptName name, int version) implements Refusal {}

  /** The key that registered the version may not activate it. */
  record SecondPersonRequired(PromptName name, int version, String registeredBy)
      implements Refusal {}

  record NothingBefore(PromptName name) implements Refusal {}

  /** A rollback goes back, and the version has never been in production. */
  record NeverActive(PromptName name, int version) implements Refusal {}

  /**
   * The version that failed its tests is not in production any more.
   *
   * @param active what is
   */
  record NoLongerActive(PromptName name, int version, OptionalInt active) implements Refusal {}

  /** What is in production cannot be kept out of it. */
  record FreezesActive(PromptName name, int version) implements Refusal {}
}
