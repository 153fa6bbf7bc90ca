package dev.tollgate.shadow;

/** The verdict of a comparison on a cached answer. */
public sealed interface ComparisonVerdict {
  /** The model answers the question in the same way. */
  record Same() implements ComparisonVerdict {}

  record Different() implements ComparisonVerdict {}

  /** The comparison was not possible. This counts neither for nor against the answer. */
  record Undecided(String reason) implements ComparisonVerdict {}

  /** The name in responses, logs and stores. */
  default String id() {
    return switch (this) {
      case Same() -> "same";
      case Different() -> "different";
      case Undecided _ -> "undecided";
    };
  }
}
