package dev.tollgate.semantic;

import dev.tollgate.semantic.ParsedQuestion.Binding;
import dev.tollgate.semantic.ParsedQuestion.Person;
import dev.tollgate.semantic.ParsedQuestion.Word;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether one response can answer two questions. Vectors alone cannot: their cosines do not
 * distinguish "enable" from "disable".
 *
 * <p>Every word of both questions must match: it is a filler, or the other question has it in the
 * same role. A word without a match is a veto, and its kind only determines the reason. So an
 * unexpected word costs a hit, never a wrong response.
 */
@Singleton
public final class Veto {
  /** The difference of two questions. */
  public enum Reason {
    /** A number, a unit, a date. */
    NUMBERS("numbers"),
    /** One of them is negated. */
    NEGATION("negation"),
    /** A word and its opposite. */
    ANTONYM("antonym"),
    /** Equal words in other roles. */
    WORD_ORDER("word-order"),
    /** A product, a place, a person, an identifier. */
    NAMES("names"),
    /** One word for another. */
    SUBSTITUTION("substitution"),
    /** One of them has more words. */
    ADDITION("addition"),
    /** The kind of answer. */
    QUESTION_TYPE("question-type"),
    /** Past, present or future. */
    TENSE("tense"),
    /** One of them is too long to compare. */
    LENGTH("length");

    private final String id;

    Reason(String id) {
      this.id = id;
    }

    /** The name in headers and reports. */
    public String id() {
      return id;
    }
  }

  /** A longer text is unlikely to be asked again. */
  static final int MAX_CHARACTERS = 2000;

  private static final String NOT = "not";
  private static final String CAN = "can";
  private static final Set<String> NEGATING_PREFIXES =
      Set.of("un", "in", "im", "il", "ir", "dis", "non", "de", "mis");

  /**
   * Returns why the response to {@code cached} cannot answer {@code question}, or nothing if it
   * can. The order does not matter.
   */
  public Optional<Reason> check(String question, String cached) {
    if (question.equals(cached)) {
      return Optional.empty();
    }
    if (question.length() > MAX_CHARACTERS || cached.length() > MAX_CHARACTERS) {
      return Optional.of(Reason.LENGTH);
    }
    Lexicon lexicon = Lexicon.english();
    return new Comparison(
            lexicon, QuestionParser.parse(question, lexicon), QuestionParser.parse(cached, lexicon))
        .findDifference();
  }

  private record Comparison(Lexicon lexicon, ParsedQuestion one, ParsedQuestion other) {
    Optional<Reason> findDifference() {
      return compareWords()
          .or(this::compareBindings)
          .or(this::compareKinds)
          .or(this::compareTenses)
          .or(this::compareQuotes)
          .or(this::comparePersons)
          .or(this::compareOrder);
    }

    /** Compares the words. */
    private Optional<Reason> compareWords() {
      List<Word> mine = unmatchedWords(one, other);
      List<Word> theirs = unmatchedWords(other, one);
      if (mine.isEmpty() && theirs.isEmpty()) {
        return Optional.empty();
      }
      List<Word> all = new ArrayList<>(mine);
      all.addAll(theirs);
      if (all.stream().anyMatch(word -> word.kind() == Token.Kind.NUMBER)) {
        return Optional.of(Reason.NUMBERS);
      }
      if (all.stream().anyMatch(word -> NEGATING_PREFIXES.contains(word.name()))
          || anyPair(mine, theirs, Comparison::negates)) {
        return Optional.of(Reason.NEGATION);
      }
      if (anyPair(mine, theirs, lexicon::areOpposites)) {
        return Optional.of(Reason.ANTONYM);
      }
      if (all.stream().anyMatch(word -> word.kind() == Token.Kind.NAME)) {
        return Optional.of(Reason.NAMES);
      }
      return Optional.of(
          mine.isEmpty() || theirs.isEmpty() ? Reason.ADDITION : Reason.SUBSTITUTION);
    }

    private interface Pair {
      boolean test(String one, String other);
    }

    private static boolean anyPair(List<Word> mine, List<Word> theirs, Pair pair) {
      return mine.stream()
          .anyMatch(one -> theirs.stream().anyMatch(other -> pair.test(one.name(), other.name())));
    }

    private static boolean negates(String one, String other) {
      return NEGATING_PREFIXES.stream()
          .anyMatch(prefix -> one.equals(prefix + other) || other.equals(prefix + one));
    }

    private static List<Word> unmatchedWords(ParsedQuestion one, ParsedQuestion other) {
      Map<String, Integer> counts = new HashMap<>();
      other.words().forEach(word -> counts.merge(word.name(), 1, Integer::sum));
      return one.words().stream()
          .filter(word -> counts.merge(word.name(), -1, Integer::sum) < 0)
          .toList();
    }

    /** Compares the roles of the words. */
    private Optional<Reason> compareBindings() {
      if (one.bindings().equals(other.bindings())) {
        return Optional.empty();
      }
      List<String> mine = one.bindings().stream().map(Binding::by).toList();
      List<String> theirs = other.bindings().stream().map(Binding::by).toList();
      if (mine.equals(theirs)) {
        return Optional.of(Reason.WORD_ORDER);
      }
      if (mine.contains(NOT) != theirs.contains(NOT)) {
        return Optional.of(Reason.NEGATION);
      }
      boolean opposite =
          mine.stream()
              .anyMatch(by -> theirs.stream().anyMatch(to -> lexicon.areOpposites(by, to)));
      return Optional.of(opposite ? Reason.ANTONYM : Reason.SUBSTITUTION);
    }

    private Optional<Reason> compareKinds() {
      return one.kind().equals(other.kind()) && modalsAgree()
          ? Optional.empty()
          : Optional.of(Reason.QUESTION_TYPE);
    }

    /**
     * "How can", "how should" and "how must" are equal. In other questions "can" differs from
     * "should" and "must". Without a modal, a question other than yes-or-no matches any modal.
     */
    private boolean modalsAgree() {
      String mine = one.modal().orElse("");
      String theirs = other.modal().orElse("");
      return switch (one.kind()) {
        case ParsedQuestion.HOW -> true;
        case ParsedQuestion.YES_NO, ParsedQuestion.NONE ->
            mine.replace(CAN, "").equals(theirs.replace(CAN, ""));
        default -> mine.isEmpty() || theirs.isEmpty() || mine.equals(CAN) == theirs.equals(CAN);
      };
    }

    /** Present and future are equal, except in yes-or-no questions. The past differs from both. */
    private Optional<Reason> compareTenses() {
      boolean agree =
          one.tense().equals(other.tense())
              || !one.kind().equals(ParsedQuestion.YES_NO)
                  && !one.tense().equals(ParsedQuestion.PAST)
                  && !other.tense().equals(ParsedQuestion.PAST);
      return agree ? Optional.empty() : Optional.of(Reason.TENSE);
    }

    private Optional<Reason> compareQuotes() {
      return one.quotes().equals(other.quotes()) ? Optional.empty() : Optional.of(Reason.NAMES);
    }

    /**
     * "Can I call you" is not "can you call me", nor "who pays you" "whom do you pay"; but "how do
     * you" is "how do I".
     */
    private Optional<Reason> comparePersons() {
      List<Person> mine = one.persons();
      List<Person> theirs = other.persons();
      boolean both = mine.size() > 1 && theirs.size() > 1;
      boolean differ = !mine.isEmpty() && !theirs.isEmpty() && mine.getFirst() != theirs.getFirst();
      boolean moved =
          one.wordsBeforePerson().isPresent()
              && other.wordsBeforePerson().isPresent()
              && !one.wordsBeforePerson().equals(other.wordsBeforePerson());
      return moved || differ && (both || !one.kind().equals(ParsedQuestion.HOW))
          ? Optional.of(Reason.WORD_ORDER)
          : Optional.empty();
    }

    /** Compares the order of words that determines who does what to whom. */
    private Optional<Reason> compareOrder() {
      int[] places = positions();
      boolean[] turned = new boolean[places.length];
      for (int i = 0; i < places.length; i++) {
        for (int j = i + 1; j < places.length; j++) {
          if (places[i] > places[j]) {
            if (!maySwap(i, j, places)) {
              return Optional.of(Reason.WORD_ORDER);
            }
            turned[i] = true;
            turned[j] = true;
          }
        }
      }
      for (int i = 0; i < places.length; i++) {
        Word here = one.words().get(i);
        Word there = other.words().get(places[i]);
        if (here.isPassive() != there.isPassive() && !turned[i] && !isSaidOfPersons(here)) {
          return Optional.of(Reason.WORD_ORDER);
        }
      }
      return Optional.empty();
    }

    /** "Which are supported" equals "which do you support", but "am I paid" is not "do I pay". */
    private boolean isSaidOfPersons(Word here) {
      return here.isPassive()
          ? one.persons().isEmpty() && !other.persons().isEmpty()
          : other.persons().isEmpty() && !one.persons().isEmpty();
    }

    /** The positions of the words of this question in the other one. */
    private int[] positions() {
      List<String> theirs = new ArrayList<>(other.words().stream().map(Word::name).toList());
      return one.words().stream()
          .mapToInt(
              word -> {
                int place = theirs.indexOf(word.name());
                theirs.set(place, "");
                return place;
              })
          .toArray();
    }

    private boolean maySwap(int i, int j, int[] places) {
      Word first = one.words().get(i);
      Word second = one.words().get(j);
      Word firstThere = other.words().get(places[i]);
      Word secondThere = other.words().get(places[j]);
      return isDoneTo(first, firstThere, second, secondThere)
          || isDoneTo(second, secondThere, first, firstThere)
          || areClausesApart(first, firstThere, second, secondThere)
          || areBoundApart(first, firstThere, second, secondThere)
          || areCoordinated(first, second) && areCoordinated(firstThere, secondThere);
    }

    /** "A card is blocked" equals "I block a card". */
    private static boolean isDoneTo(Word here, Word there, Word thing, Word thingThere) {
      return here.isAction()
          && there.isAction()
          && here.isPassive() != there.isPassive()
          && (!thing.isAction() || !thingThere.isAction());
    }

    /** "If it rains, who pays" equals "who pays if it rains". */
    private static boolean areClausesApart(
        Word first, Word firstThere, Word second, Word secondThere) {
      return first.isConditional() != second.isConditional()
          && first.isConditional() == firstThere.isConditional()
          && second.isConditional() == secondThere.isConditional();
    }

    /** "From Oslo to Bergen" equals "to Bergen from Oslo". */
    private static boolean areBoundApart(
        Word first, Word firstThere, Word second, Word secondThere) {
      boolean firstBound =
          !first.boundBy().isEmpty() && first.boundBy().equals(firstThere.boundBy());
      boolean secondBound =
          !second.boundBy().isEmpty() && second.boundBy().equals(secondThere.boundBy());
      return (firstBound || secondBound) && !first.boundBy().equals(second.boundBy());
    }

    private boolean areCoordinated(Word first, Word second) {
      return one.coordinations().equals(other.coordinations())
          && one.coordinations().contains(Set.copyOf(List.of(first.run(), second.run())));
    }
  }
}
