package dev.tollgate.local.model.answer;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Measures how much of a question or claim a passage covers, from 0 to 1. A word that no passage
 * has counts double: "capacity of the Pro plan" must not be answered by the Pro plan's price.
 */
final class Coverage {
  private static final double UNKNOWN_TERM_WEIGHT = 2;

  private final Set<String> known = new HashSet<>();

  Coverage(List<Passage> passages) {
    for (Passage passage : passages) {
      known.addAll(passage.terms().content());
      known.addAll(passage.headingTerms());
    }
  }

  double of(Terms wanted, Passage passage) {
    double total = 0;
    double covered = 0;
    for (String word : wanted.content()) {
      total += known.contains(word) ? 1 : UNKNOWN_TERM_WEIGHT;
      covered += passage.mentions(word) ? 1 : 0;
    }
    return total == 0 ? 0 : covered / total;
  }

  /**
   * Orders passages by what they cover, own words before those of a heading. The first of equals is
   * the least: the earlier sentence, and the sentence before one that only leans on it.
   */
  Comparator<Passage> bestFirst(Terms wanted) {
    return Comparator.<Passage>comparingDouble(passage -> -of(wanted, passage))
        .thenComparingLong(
            passage ->
                -wanted.content().stream().filter(passage.terms().content()::contains).count());
  }
}
