package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptState;
import java.time.Instant;
import java.util.List;

/** Stores the verdicts of comparisons without the compared texts. */
public interface ComparisonStore {
  /** Whether the comparison of a call was counted during the last days. */
  boolean isRecorded(PromptName prompt, CallId callId);

  /**
   * Counts a comparison once per call.
   *
   * @return whether this call counted it
   */
  boolean recordOnce(CountingWindow window, ShadowComparison comparison, Instant now);

  VerdictCounts counts(CountingWindow window);

  /** Lists the newest differing comparisons of a prompt, at most {@code limit}. */
  List<DifferingCall> listDifferingCalls(PromptName prompt, int limit);

  /**
   * The comparisons that count together: those of one version since its semantic cache was enabled.
   * The counts restart for a version with another threshold or text, and after a person re-enables
   * the cache.
   */
  record CountingWindow(PromptName prompt, String versionHash, Instant from) {
    public static CountingWindow of(PromptState state, String versionHash) {
      return new CountingWindow(state.name(), versionHash, state.semantic().countedFrom());
    }
  }

  /** A call whose cached answer differs from the answer of the model. */
  record DifferingCall(String callId, String answeredBy, String similarity, int version) {}
}
