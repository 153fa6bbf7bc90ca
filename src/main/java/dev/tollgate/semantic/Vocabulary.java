package dev.tollgate.semantic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The pieces of words that the embedding table has vectors for, by their ids. */
final class Vocabulary {
  private static final String RESOURCE = "/semantic/vocabulary.txt";

  /** What stands before a piece that does not begin a word. */
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

  /** The built-in one, read when it is first wanted. */
  static Vocabulary shared() {
    return Shared.INSTANCE;
  }

  /** The rank of a whole word by its frequency, if it is one of the frequent ones. */
  OptionalInt rank(String word) {
    Integer id = ids.get(word);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * The ids of a word's pieces: the longest piece that it begins with, then the longest that the
   * rest begins with. None if a part of it is no known piece.
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
