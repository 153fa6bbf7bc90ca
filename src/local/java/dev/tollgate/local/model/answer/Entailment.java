package dev.tollgate.local.model.answer;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides by words whether sources support a claim. It is strict: numbers and names must be there,
 * and a negation on one side only is a contradiction. Paraphrases beyond light stemming count as
 * unsupported.
 */
final class Entailment {
  private static final double DEFAULT_MIN_SUPPORT = 0.7;

  private final List<Passage> passages;
  private final Coverage coverage;
  private final double minSupport;

  Entailment(List<Passage> passages) {
    this(passages, DEFAULT_MIN_SUPPORT);
  }

  Entailment(List<Passage> passages, double minSupport) {
    this.passages = List.copyOf(passages);
    this.coverage = new Coverage(passages);
    this.minSupport = minSupport;
  }

  enum Outcome {
    SUPPORTED,
    CONTRADICTED,
    UNSUPPORTED
  }

  /** {@code evidence} is an exact piece of a source, and empty when there is none. */
  record Verdict(Claim claim, Outcome outcome, String evidence, String reason) {}

  Verdict judge(Claim claim) {
    Optional<Passage> verbatim =
        passages.stream()
            .filter(passage -> passage.text().contains(claim.text().strip()))
            .findFirst();
    if (verbatim.isPresent()) {
      return new Verdict(
          claim, Outcome.SUPPORTED, verbatim.get().raw(), "The context says so literally.");
    }
    Terms words = Terms.of(claim.text());
    Terms unnumbered = withoutNumbers(words);
    return passages.stream()
        .min(coverage.bestFirst(words))
        .filter(best -> coverage.of(unnumbered, best) >= minSupport)
        .map(best -> compare(claim, words, best))
        .orElseGet(
            () ->
                new Verdict(
                    claim,
                    Outcome.UNSUPPORTED,
                    "",
                    "No sentence of the context covers the claim."));
  }

  private static Verdict compare(Claim claim, Terms words, Passage best) {
    if (!words.numbers().stream().allMatch(best::mentions)) {
      return best.terms().numbers().isEmpty()
          ? new Verdict(claim, Outcome.UNSUPPORTED, "", "The context does not give the number.")
          : new Verdict(
              claim, Outcome.CONTRADICTED, best.raw(), "The context gives another number.");
    }
    if (!words.names().stream().allMatch(best::mentions)) {
      return new Verdict(claim, Outcome.UNSUPPORTED, "", "The context does not give the name.");
    }
    if (negationDiffers(words, best.terms())) {
      return new Verdict(claim, Outcome.CONTRADICTED, best.raw(), "One of the two is negated.");
    }
    return new Verdict(claim, Outcome.SUPPORTED, best.raw(), "The evidence covers the claim.");
  }

  /** Compares shared words only: "not for sale items" does not negate the words next to it. */
  private static boolean negationDiffers(Terms claim, Terms source) {
    Set<String> negatedOnce = new HashSet<>(claim.negated());
    negatedOnce.addAll(source.negated());
    return negatedOnce.stream()
        .filter(word -> claim.content().contains(word) && source.content().contains(word))
        .anyMatch(word -> claim.negated().contains(word) != source.negated().contains(word));
  }

  private static Terms withoutNumbers(Terms words) {
    Set<String> content = new HashSet<>(words.content());
    content.removeAll(words.numbers());
    return content.isEmpty() ? words : new Terms(content, Set.of(), words.names(), words.negated());
  }
}
