package dev.tollgate.shadow;

/** What a comparison says of an answer that was served for another question. */
public sealed interface ComparisonVerdict {
  /** It is what the model says to the question asked. */
  record Same() implements ComparisonVerdict {}

  record Different() implements ComparisonVerdict {}

  /** Nobody can say, which speaks neither for it nor against it. */
  record Undecided(String reason) implements ComparisonVerdict {}

  /** The name in answers, logs and stores. */
  default String id() {
    return switch (this) {
      case Same() -> "same";
      case Different() -> "different";
      case Undecided _ -> "undecided";
    };
  }
}
