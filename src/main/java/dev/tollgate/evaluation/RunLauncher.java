package dev.tollgate.evaluation;

import dev.tollgate.prompt.PromptName;

/** Has a function work on a run, without waiting for it. */
public interface RunLauncher {
  /**
   * @param hop how many functions have worked on the run before
   * @throws NotLaunchedException if none could be had
   */
  void launch(PromptName prompt, RunId run, int hop);

  /** No function works on the run. */
  final class NotLaunchedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotLaunchedException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
