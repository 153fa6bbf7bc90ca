package dev.tollgate.evaluation;

import dev.tollgate.prompt.PromptName;
import java.util.ArrayDeque;
import java.util.Deque;

/** Queues launched functions, which a test then runs. */
final class QueueingLauncher implements RunLauncher {
  record Launch(PromptName prompt, RunId run, int continuation, String token) {}

  final Deque<Launch> pending = new ArrayDeque<>();
  int launched;
  boolean rejecting;

  @Override
  public void launch(PromptName prompt, RunId run, int continuation) {
    if (rejecting) {
      throw new LaunchFailedException("no function", new IllegalStateException("throttled"));
    }
    launched++;
    pending.add(new Launch(prompt, run, continuation, "launch " + launched));
  }
}
