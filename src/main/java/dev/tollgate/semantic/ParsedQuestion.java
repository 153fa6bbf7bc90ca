package dev.tollgate.semantic;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The meaning of a question without fillers: the kind of answer, and the words.
 *
 * @param kind the kind of answer: "how", "who", "how many"; {@link #YES_NO} is a yes-or-no
 *     question, and {@link #NONE} does not have the form of a question
 * @param modal whether something may, must or should be, if stated
 * @param tense present, past or future
 * @param words the words with a meaning, in order
 * @param bindings the roles of words, sorted
 * @param coordinations the runs of words on both sides of "and" or "or", whose order does not
 *     matter
 * @param quotes quoted texts, unchanged
 * @param persons speaker and addressee in order, without repetitions
 * @param wordsBeforePerson the words before the first "I" or "you", if there is one: "whom do you
 *     pay" is not "who pays you"
 */
record ParsedQuestion(
    String kind,
    Optional<String> modal,
    String tense,
    List<Word> words,
    List<Binding> bindings,
    Set<Set<String>> coordinations,
    List<String> quotes,
    List<Person> persons,
    Optional<Set<String>> wordsBeforePerson) {
  static final String HOW = "how";
  static final String WHAT = "what";
  static final String YES_NO = "whether";
  static final String NONE = "none";

  static final String PRESENT = "present";
  static final String PAST = "past";

  enum Person {
    SPEAKER,
    ADDRESSEE
  }

  /**
   * A word with a meaning.
   *
   * @param name the name that it shares with its forms and synonyms
   * @param boundBy the prepositions and negations before it, in order
   * @param isAction whether it can have an object
   * @param isPassive whether it is in the passive voice: "is cancelled", not "cancels"
   * @param isConditional whether it is part of a clause with "if" or "when"
   * @param run the adjacent words
   */
  record Word(
      String name,
      Token.Kind kind,
      List<String> boundBy,
      boolean isAction,
      boolean isPassive,
      boolean isConditional,
      String run) {
    Word {
      boundBy = List.copyOf(boundBy);
    }
  }

  /** The role of a word: "from paris", "not safe". */
  record Binding(String by, String word) {}

  ParsedQuestion {
    words = List.copyOf(words);
    bindings = List.copyOf(bindings);
    coordinations = Set.copyOf(coordinations);
    quotes = List.copyOf(quotes);
    persons = List.copyOf(persons);
  }
}
