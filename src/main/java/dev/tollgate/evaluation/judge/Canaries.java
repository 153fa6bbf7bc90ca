package dev.tollgate.evaluation.judge;

import java.util.List;
import java.util.Optional;

/** What came of trying a judge with what it is known to have to say. */
public sealed interface Canaries {
  /** Why the judge's word does not count, if it does not. */
  default Optional<String> mistrust() {
    return switch (this) {
      case Right() -> Optional.empty();
      case Wrong(List<String> mistakes) ->
          Optional.of(
              "the judge is wrong where it is known what is right: " + String.join("; ", mistakes));
      case Unavailable(String reason) -> Optional.of(reason);
    };
  }

  /** It judged all of them rightly. */
  record Right() implements Canaries {}

  /**
   * It cannot be trusted.
   *
   * @param mistakes each with what was judged, what is right and what the judge said
   */
  record Wrong(List<String> mistakes) implements Canaries {
    public Wrong {
      mistakes = List.copyOf(mistakes);
    }
  }

  /** It gave no answer. */
  record Unavailable(String reason) implements Canaries {}
}
