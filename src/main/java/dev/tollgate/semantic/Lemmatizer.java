package dev.tollgate.semantic;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds lemmas: "cancel" for "cancels", "cancelled" and "cancelling". It removes inflection only,
 * and only if a known word remains.
 */
final class Lemmatizer {
  private static final String VOWELS = "aeiouy";

  private final Vocabulary frequent;
  private final Set<String> known;

  private final Set<String> uninflected;
  private final Map<String, String> forms;

  /**
   * @param frequent known words by frequency
   * @param known other known words
   * @param uninflected words that look inflected but are not
   * @param forms lemmas of irregular forms
   */
  Lemmatizer(
      Vocabulary frequent, Set<String> known, Set<String> uninflected, Map<String, String> forms) {
    this.frequent = frequent;
    this.known = known;
    this.uninflected = uninflected;
    this.forms = forms;
  }

  /** The lemma of a word in lower case, or the word itself if it has no known lemma. */
  String lemmatize(String word) {
    String form = forms.get(word);
    if (form != null) {
      return form;
    }
    if (uninflected.contains(word)) {
      return word;
    }
    if (word.endsWith("ing") && word.length() >= 5) {
      return stripSuffix(word, 3);
    }
    if (word.endsWith("ied") && word.length() >= 5) {
      return known(word, dropLast(word, 3) + "y");
    }
    if (word.endsWith("ed") && word.length() >= 5) {
      return stripSuffix(word, 2);
    }
    if (word.endsWith("ies") && word.length() >= 5) {
      return first(List.of(dropLast(word, 3) + "y", dropLast(word, 1))).orElse(word);
    }
    if (word.endsWith("es") && endsInSibilant(dropLast(word, 2))) {
      String singular = dropLast(word, 2);
      return isKnown(singular) ? singular : known(word, dropLast(word, 1));
    }
    if (word.endsWith("s") && word.length() >= 4 && !endsIn(dropLast(word, 1), "sui")) {
      // If both words are unknown, the one without the ending is preferred.
      return isKnown(word) ? known(word, dropLast(word, 1)) : dropLast(word, 1);
    }
    return word;
  }

  /** Strips "-ing" or "-ed". The last letter may have been doubled, or an "e" dropped. */
  private String stripSuffix(String word, int ending) {
    String stem = dropLast(word, ending);
    if (stem.length() < 2 || stem.chars().noneMatch(letter -> VOWELS.indexOf(letter) >= 0)) {
      return word;
    }
    String withE = stem + "e";
    if (isDoubled(stem)) {
      String undoubled = dropLast(stem, 1);
      return first(endsIn(stem, "lsfzd") ? List.of(stem, undoubled) : List.of(undoubled, stem))
          .orElse(word);
    }
    if (isShort(stem)) {
      return first(List.of(withE)).orElse(word);
    }
    if (isKnown(stem) && isKnown(withE)) {
      int rank = frequent.rank(stem).orElse(Integer.MAX_VALUE);
      return frequent.rank(withE).orElse(Integer.MAX_VALUE) < rank ? withE : stem;
    }
    return first(List.of(stem, withE)).orElse(word);
  }

  private Optional<String> first(List<String> candidates) {
    return candidates.stream().filter(this::isKnown).findFirst();
  }

  private boolean isKnown(String word) {
    return frequent.rank(word).isPresent() || known.contains(word);
  }

  private String known(String word, String candidate) {
    return isKnown(candidate) ? candidate : word;
  }

  /** Whether a verb with this stem would double its last letter: "caring" is not of "car". */
  private static boolean isShort(String stem) {
    int last = stem.length() - 1;
    return stem.length() <= 3
        && VOWELS.indexOf(stem.charAt(last)) < 0
        && !endsIn(stem, "wx")
        && VOWELS.indexOf(stem.charAt(last - 1)) >= 0
        && (last < 2 || VOWELS.indexOf(stem.charAt(last - 2)) < 0);
  }

  private static boolean isDoubled(String stem) {
    int last = stem.length() - 1;
    return stem.charAt(last) == stem.charAt(last - 1) && VOWELS.indexOf(stem.charAt(last)) < 0;
  }

  private static boolean endsInSibilant(String stem) {
    return endsIn(stem, "sxzo") || stem.endsWith("ch") || stem.endsWith("sh");
  }

  private static boolean endsIn(String word, String letters) {
    return !word.isEmpty() && letters.indexOf(word.charAt(word.length() - 1)) >= 0;
  }

  private static String dropLast(String word, int letters) {
    return word.substring(0, word.length() - letters);
  }
}
