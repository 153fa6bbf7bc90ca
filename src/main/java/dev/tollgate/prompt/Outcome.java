package dev.tollgate.prompt;

/** What came of asking something of a prompt. */
public sealed interface Outcome<T> {
  record Done<T>(T value) implements Outcome<T> {}

  /** Nothing was changed. */
  record Refused<T>(Refusal refusal) implements Outcome<T> {}
}
