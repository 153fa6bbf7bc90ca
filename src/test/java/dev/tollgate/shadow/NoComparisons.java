package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.prompt.PromptName;
import java.time.Instant;
import java.util.List;

/** Where nothing was compared yet. */
public final class NoComparisons implements Comparisons {
  @Override
  public boolean isCounted(PromptName prompt, CallId callId) {
    return false;
  }

  @Override
  public boolean count(Series series, Comparison comparison, Instant now) {
    throw new AssertionError("nobody compares");
  }

  @Override
  public Tally tally(Series series) {
    return Tally.NONE;
  }

  @Override
  public List<Different> different(PromptName prompt, int limit) {
    return List.of();
  }
}
