package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.prompt.PromptName;
import java.time.Instant;
import java.util.List;

/** Where nothing was compared yet. */
public final class EmptyComparisonStore implements ComparisonStore {
  @Override
  public boolean isRecorded(PromptName prompt, CallId callId) {
    return false;
  }

  @Override
  public boolean recordOnce(CountingWindow series, ShadowComparison comparison, Instant now) {
    throw new AssertionError("nobody compares");
  }

  @Override
  public VerdictCounts counts(CountingWindow series) {
    return VerdictCounts.NONE;
  }

  @Override
  public List<DifferingCall> listDifferingCalls(PromptName prompt, int limit) {
    return List.of();
  }
}
