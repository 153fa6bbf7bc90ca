package dev.tollgate.evaluation;

import dev.tollgate.prompt.PromptName;

/** Has a function work on a run, without waiting for it. */
public interface RunLauncher {
  /**
   * @param continuation how many functions have worked on the run before
   * @throws LaunchFailedException if none could be had
   */
  void launch(PromptName prompt, RunId run, int continuation);

  /** No function works on the run. */
  final class LaunchFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LaunchFailedException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
