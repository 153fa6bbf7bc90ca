package dev.tollgate.prompt;

/** The result of a request to change or resolve a prompt. */
public sealed interface PromptResult<T> {
  record Ok<T>(T value) implements PromptResult<T> {}

  /** Nothing was changed. */
  record Err<T>(PromptError error) implements PromptResult<T> {}
}
