package dev.tollgate.evaluation;

import dev.tollgate.prompt.PromptName;

/** Invokes a function to work on a run, without waiting for it. */
public interface RunLauncher {
  /**
   * @param continuation how many functions have worked on the run already
   * @throws LaunchFailedException if the function was not accepted
   */
  void launch(PromptName prompt, RunId run, int continuation);

  /** Lambda did not accept the invocation, so no function works on the run. */
  final class LaunchFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LaunchFailedException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
