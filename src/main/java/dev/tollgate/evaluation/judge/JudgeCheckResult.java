package dev.tollgate.evaluation.judge;

import java.util.List;
import java.util.Optional;

/** What came of trying a judge with what it is known to have to say. */
public sealed interface JudgeCheckResult {
  /** Why the judge's word does not count, if it does not. */
  default Optional<String> distrustReason() {
    return switch (this) {
      case Passed() -> Optional.empty();
      case Failed(List<String> mistakes) ->
          Optional.of(
              "the judge is wrong where it is known what is right: " + String.join("; ", mistakes));
      case Unavailable(String reason) -> Optional.of(reason);
    };
  }

  /** It judged all of them rightly. */
  record Passed() implements JudgeCheckResult {}

  /**
   * It cannot be trusted.
   *
   * @param mistakes each with what was judged, what is right and what the judge said
   */
  record Failed(List<String> mistakes) implements JudgeCheckResult {
    public Failed {
      mistakes = List.copyOf(mistakes);
    }
  }

  /** It gave no answer. */
  record Unavailable(String reason) implements JudgeCheckResult {}
}
