package dev.tollgate.semantic;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a question says once everything is taken off that adds nothing: which kind of answer it
 * wants, and about what.
 *
 * @param kind the kind of answer: "how", "who", "how many"; {@link #WHETHER} wants yes or no, and
 *     {@link #NONE} is no question by its form
 * @param modal whether something may, must or should be, if it says so
 * @param tense when it is, was or will be
 * @param words what it is about, in order
 * @param bindings what words are to the others, sorted
 * @param series what is joined by "and" or "or", where order does not matter: the runs of words on
 *     both sides
 * @param quotes what stands in quotation marks, to the letter
 * @param persons who speaks of whom, without repetitions
 * @param beforePerson the words before "I" or "you" stands for the first time, if it does: "whom do
 *     you pay" is not "who pays you"
 */
record Question(
    String kind,
    Optional<String> modal,
    String tense,
    List<Word> words,
    List<Binding> bindings,
    Set<Set<String>> series,
    List<String> quotes,
    List<Person> persons,
    Optional<Set<String>> beforePerson) {
  static final String HOW = "how";
  static final String WHAT = "what";
  static final String WHETHER = "whether";
  static final String NONE = "none";

  static final String PRESENT = "present";
  static final String PAST = "past";

  enum Person {
    ASKER,
    ASKED
  }

  /**
   * A word that says something.
   *
   * @param name the name it shares with its other forms and its synonyms
   * @param boundBy the prepositions and negations before it, as they stand there
   * @param isAction whether it can be done to something
   * @param isDone whether it is said in the passive voice: "is cancelled", not "cancels"
   * @param isConditional whether it is a part of what "if" or "when" stands before
   * @param run the words that stand together with it
   */
  record Word(
      String name,
      Token.Kind kind,
      List<String> boundBy,
      boolean isAction,
      boolean isDone,
      boolean isConditional,
      String run) {
    Word {
      boundBy = List.copyOf(boundBy);
    }
  }

  /** What a word is to the others: "from paris", "not safe". */
  record Binding(String by, String word) {}

  Question {
    words = List.copyOf(words);
    bindings = List.copyOf(bindings);
    series = Set.copyOf(series);
    quotes = List.copyOf(quotes);
    persons = List.copyOf(persons);
  }
}
