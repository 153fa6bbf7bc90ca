package dev.tollgate.prompt;

/** What came of asking something of a prompt. */
public sealed interface PromptResult<T> {
  record Ok<T>(T value) implements PromptResult<T> {}

  /** Nothing was changed. */
  record Err<T>(PromptError error) implements PromptResult<T> {}
}
