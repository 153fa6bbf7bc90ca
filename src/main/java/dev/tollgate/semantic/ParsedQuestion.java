package dev.tollgate.semantic;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a question says once everything is taken off that adds nothing: which kind of answer it
 * wants, and about what.
 *
 * @param kind the kind of answer: "how", "who", "how many"; {@link #YES_NO} wants yes or no, and
 *     {@link #NONE} is no question by its form
 * @param modal whether something may, must or should be, if it says so
 * @param tense when it is, was or will be
 * @param words what it is about, in order
 * @param bindings what words are to the others, sorted
 * @param coordinations what is joined by "and" or "or", where order does not matter: the runs of
 *     words on both sides
 * @param quotes what stands in quotation marks, to the letter
 * @param persons who speaks of whom, without repetitions
 * @param wordsBeforePerson the words before "I" or "you" stands for the first time, if it does:
 *     "whom do you pay" is not "who pays you"
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
   * A word that says something.
   *
   * @param name the name it shares with its other forms and its synonyms
   * @param boundBy the prepositions and negations before it, as they stand there
   * @param isAction whether it can be done to something
   * @param isPassive whether it is said in the passive voice: "is cancelled", not "cancels"
   * @param isConditional whether it is a part of what "if" or "when" stands before
   * @param run the words that stand together with it
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

  /** What a word is to the others: "from paris", "not safe". */
  record Binding(String by, String word) {}

  ParsedQuestion {
    words = List.copyOf(words);
    bindings = List.copyOf(bindings);
    coordinations = Set.copyOf(coordinations);
    quotes = List.copyOf(quotes);
    persons = List.copyOf(persons);
  }
}
