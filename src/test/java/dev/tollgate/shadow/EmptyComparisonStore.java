package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.prompt.PromptName;
import java.time.Instant;
import java.util.List;

/** A store without comparisons. */
public final class EmptyComparisonStore implements ComparisonStore {
  @Override
  public boolean isRecorded(PromptName prompt, CallId callId) {
    return false;
  }

  @Override
  public boolean recordOnce(CountingWindow window, ShadowComparison comparison, Instant now) {
    throw new AssertionError("This store records no comparison");
  }

  @Override
  public VerdictCounts counts(CountingWindow window) {
    return VerdictCounts.NONE;
  }

  @Override
  public List<DifferingCall> listDifferingCalls(PromptName prompt, int limit) {
    return List.of();
  }
}
