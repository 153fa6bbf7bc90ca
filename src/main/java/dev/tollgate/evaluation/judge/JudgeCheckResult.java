package dev.tollgate.evaluation.judge;

import java.util.List;
import java.util.Optional;

/** The result of the known-answer checks of a judge. */
public sealed interface JudgeCheckResult {
  /** The reason to distrust the judge; empty if it passed. */
  default Optional<String> distrustReason() {
    return switch (this) {
      case Passed() -> Optional.empty();
      case Failed(List<String> mistakes) ->
          Optional.of("the judge failed its known-answer checks: " + String.join("; ", mistakes));
      case Unavailable(String reason) -> Optional.of(reason);
    };
  }

  /** All answers of the judge were right. */
  record Passed() implements JudgeCheckResult {}

  /**
   * Some answers of the judge were wrong.
   *
   * @param mistakes each with the material, the right answer and the answer of the judge
   */
  record Failed(List<String> mistakes) implements JudgeCheckResult {
    public Failed {
      mistakes = List.copyOf(mistakes);
    }
  }

  /** The judge gave no answer. */
  record Unavailable(String reason) implements JudgeCheckResult {}
}
