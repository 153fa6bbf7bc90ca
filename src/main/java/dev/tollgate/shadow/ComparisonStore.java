package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptState;
import java.time.Instant;
import java.util.List;

/** Keeps what comparisons said, without the texts that were compared. */
public interface ComparisonStore {
  /** Whether the comparison of a call was counted within the last days. */
  boolean isRecorded(PromptName prompt, CallId callId);

  /**
   * Counts a comparison, once for each call.
   *
   * @return whether it was counted now
   */
  boolean recordOnce(CountingWindow series, ShadowComparison comparison, Instant now);

  VerdictCounts counts(CountingWindow series);

  /** The newest comparisons of a prompt that found a difference, at most {@code limit}. */
  List<DifferingCall> listDifferingCalls(PromptName prompt, int limit);

  /**
   * What is counted together: the answers that one version served since it was allowed to. A
   * version with another threshold or text begins anew, and so does one after a person switched it
   * on again.
   */
  record CountingWindow(PromptName prompt, String versionHash, Instant from) {
    public static CountingWindow of(PromptState head, String versionHash) {
      return new CountingWindow(head.name(), versionHash, head.semantic().countedFrom());
    }
  }

  /** A call that was served what the model would not have said. */
  record DifferingCall(String callId, String answeredBy, String similarity, int version) {}
}
