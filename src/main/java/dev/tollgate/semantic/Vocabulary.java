package dev.tollgate.semantic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The word pieces of the embedding table, by their ids. */
final class Vocabulary {
  private static final String RESOURCE = "/semantic/vocabulary.txt";

  /** The prefix of a piece that does not begin a word. */
  private static final String CONTINUATION_PREFIX = "##";

  private static final class Shared {
    static final Vocabulary INSTANCE = new Vocabulary(Resources.lines(RESOURCE));
  }

  private final Map<String, Integer> ids = new HashMap<>();

  private Vocabulary(List<String> pieces) {
    for (String piece : pieces) {
      ids.put(piece, ids.size());
    }
  }

  /** The built-in vocabulary, read on first use. */
  static Vocabulary shared() {
    return Shared.INSTANCE;
  }

  /** The rank of a whole word by frequency, if it is frequent. */
  OptionalInt rank(String word) {
    Integer id = ids.get(word);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * The ids of the pieces of a word: the longest piece at its beginning, then the longest at the
   * beginning of the rest. Empty if a part has no known piece.
   *
   * @param word in lower case, without accents
   */
  List<Integer> wordPieces(String word) {
    List<Integer> pieces = new ArrayList<>();
    int from = 0;
    while (from < word.length()) {
      int to = word.length();
      Integer id = null;
      while (to > from && id == null) {
        id = ids.get((from > 0 ? CONTINUATION_PREFIX : "") + word.substring(from, to));
        to--;
      }
      if (id == null) {
        return List.of();
      }
      pieces.add(id);
      from = to + 1;
    }
    return pieces;
  }
}
