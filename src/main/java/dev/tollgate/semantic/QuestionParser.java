package dev.tollgate.semantic;

import dev.tollgate.semantic.Lexicon.Sense;
import dev.tollgate.semantic.ParsedQuestion.Person;
import dev.tollgate.semantic.ParsedQuestion.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Parses one question, from its first token to its last. */
final class QuestionParser {
  /** The word with which "what" asks for an amount of money. */
  private static final String PRICE = "cost";

  private static final String NOT = "not";
  private static final String AND = "and";
  private static final String OR = "or";
  private static final String OF = "of";
  private static final String TO = "to";
  private static final String WHEN = "when";

  /** Verbs that open a yes-or-no question. */
  private static final Set<String> AUXILIARY_VERBS =
      Set.of("be", "do", "have", "will", "would", "can", "could", "may", "might", "must", "should");

  private static final Set<String> DETERMINERS =
      Set.of("a", "an", "the", "my", "your", "our", "this", "that", "their", "his", "her");

  /** Verbs that are nouns after a determiner: to contest a will. */
  private static final Set<String> VERBS_OR_NOUNS = Set.of("will", "can", "may", "might", "must");

  private static final Pattern QUOTE =
      Pattern.compile(
          "\"[^\"]*\"|[\u201c\u201e\u00ab][^\u201c\u201d\u00bb]*[\u201c\u201d\u00bb]|`[^`]*`");

  private static final Set<String> SPEAKER = Set.of("i", "me", "my", "mine", "we", "our", "ours");
  private static final Set<String> PERSONS = Set.of("i", "me", "we", "you");
  private static final Set<String> ADDRESSEE = Set.of("you", "your", "yours");

  private final Lexicon lexicon;
  private final List<Token> tokens;

  private String kind = ParsedQuestion.NONE;
  private boolean isWish;
  private Optional<String> modal = Optional.empty();
  private Optional<String> tense = Optional.empty();
  private final List<String> quotes;
  private final QuestionWords words = new QuestionWords();
  private final List<Person> persons = new ArrayList<>();
  private Optional<Set<String>> wordsBeforePerson = Optional.empty();

  private boolean inCondition;
  private boolean passive;

  private QuestionParser(String text, Lexicon lexicon) {
    this.tokens = Token.tokenize(text, lexicon);
    this.quotes = QUOTE.matcher(text).results().map(MatchResult::group).toList();
    this.lexicon = lexicon;
  }

  static ParsedQuestion parse(String text, Lexicon lexicon) {
    return new QuestionParser(text, lexicon).parse();
  }

  private ParsedQuestion parse() {
    int at = 0;
    while (at < tokens.size()) {
      at += parseToken(at);
    }
    flushConnective(tokens.size() - 1);
    words.close();
    if (kind.equals(ParsedQuestion.NONE) && isWish) {
      kind = ParsedQuestion.HOW;
    }
    List<Word> ordered = words.inOrder();
    if (kind.equals(ParsedQuestion.WHAT)
        && ordered.stream().anyMatch(it -> it.name().equals(PRICE))) {
      kind = "how much";
    }
    return new ParsedQuestion(
        kind,
        modal,
        tense.orElse(ParsedQuestion.PRESENT),
        ordered,
        words.bindings(ordered, lexicon),
        words.coordinations(),
        quotes,
        persons,
        wordsBeforePerson);
  }

  /** Parses the phrase at a token, and returns how many tokens it has. */
  private int parseToken(int at) {
    Token token = tokens.get(at);
    if (token.kind() == Token.Kind.PUNCTUATION) {
      words.endRun();
      inCondition = false;
      return 1;
    }
    Optional<String> unit = isNumber(at - 1) ? lexicon.unit(token) : Optional.empty();
    if (unit.isPresent()) {
      addWord(unit.get(), at, Token.Kind.NUMBER);
      return 1;
    }
    if (token.kind() == Token.Kind.SYMBOL && lexicon.unit(token).isPresent() && isNumber(at + 1)) {
      // "$5" is 5 dollars.
      addWord(tokens.get(at + 1).text(), at + 1, Token.Kind.NUMBER);
      addWord(lexicon.unit(token).get(), at, Token.Kind.NUMBER);
      return 2;
    }
    Optional<Lexicon.PhraseMatch> found = lexicon.find(tokens, at);
    if (found.isEmpty()) {
      addWord(lexicon.lemma(token), at, token.kind());
      return 1;
    }
    int length = found.get().tokens();
    List<Token> phrase = tokens.subList(at, at + length);
    Sense sense = chooseSense(found.get(), at);
    if (length == 1) {
      noteVerb(token, at);
    }
    // "Can you tell me" refers to no person.
    if (length == 1 || !(sense instanceof Sense.Filler)) {
      phrase.forEach(this::notePerson);
    }
    switch (sense) {
      case Sense.Filler() -> noteFiller(token);
      case Sense.Interrogative(var name) -> {
        words.endRun();
        length += noteInterrogative(name, at + length, length > 1);
      }
      case Sense.Modal(var name) -> {
        words.endRun();
        modal = modal.or(() -> Optional.of(name));
        // "Do not have to" is not "must not".
        words.bindOutside(NOT, name);
      }
      case Sense.Wish() -> isWish = true;
      case Sense.Negation() -> words.addBinder(NOT);
      case Sense.Preposition(var name) -> {
        words.endRun();
        if (!name.equals(TO) || !isAction(at + length)) {
          flushConnective(at);
          words.addBinder(name);
          inCondition |= name.equals(WHEN);
        }
      }
      case Sense.Connective(var name) -> {
        words.endRun();
        flushConnective(at);
        words.setConnective(name);
      }
      case Sense.Content(var name) -> addWord(name, at + length - 1, kind(name, phrase));
    }
    return length;
  }

  private Token.Kind kind(String name, List<Token> phrase) {
    if (lexicon.isMeasure(name)) {
      return Token.Kind.NUMBER;
    }
    return phrase.stream().anyMatch(token -> token.kind() == Token.Kind.NAME)
        ? Token.Kind.NAME
        : phrase.getFirst().kind();
  }

  private boolean isNumber(int at) {
    return at >= 0 && at < tokens.size() && tokens.get(at).kind() == Token.Kind.NUMBER;
  }

  /** The first verb gives the tense. If it opens the question, the answer is yes or no. */
  private void noteVerb(Token token, int at) {
    String verb = lexicon.lemma(token);
    if (token.kind() == Token.Kind.NAME || !AUXILIARY_VERBS.contains(verb) || isNoun(at)) {
      return;
    }
    if (kind.equals(ParsedQuestion.NONE) && (token.opensSentence() || isAfterPause(at))) {
      kind = ParsedQuestion.YES_NO;
    }
    if (!inCondition) {
      tense =
          tense.or(() -> Optional.of(lexicon.tense(token.text()).orElse(ParsedQuestion.PRESENT)));
    }
  }

  private boolean isAfterPause(int at) {
    return at > 0 && tokens.get(at - 1).kind() == Token.Kind.PUNCTUATION;
  }

  private Sense chooseSense(Lexicon.PhraseMatch found, int at) {
    Token token = tokens.get(at);
    List<Sense> senses = found.senses();
    if (found.tokens() == 1 && isNoun(at)) {
      return senses.stream()
          .filter(Sense.Content.class::isInstance)
          .findFirst()
          .orElseGet(() -> new Sense.Content(token.text()));
    }
    if (senses.getFirst() instanceof Sense.Interrogative interrogative) {
      if (kind.equals(ParsedQuestion.NONE)
          && (words.isEmpty() || token.opensSentence() || senses.size() == 1)) {
        return interrogative;
      }
      // A later interrogative joins clauses, as in "what happens when".
      return senses.size() > 1 ? senses.get(1) : new Sense.Content(interrogative.kind());
    }
    return senses.getFirst();
  }

  private boolean isNoun(int at) {
    Token token = tokens.get(at);
    return token.kind() == Token.Kind.NAME
        || at > 0
            && VERBS_OR_NOUNS.contains(token.text())
            && DETERMINERS.contains(tokens.get(at - 1).text());
  }

  /**
   * Notes the kind of answer. "How" and the next word form one kind: how far, how early.
   *
   * @return how many more tokens that took
   */
  private int noteInterrogative(String name, int next, boolean phrase) {
    kind = name;
    if (!name.equals(ParsedQuestion.HOW)
        || phrase
        || next >= tokens.size()
        || tokens.get(next).kind() != Token.Kind.WORD) {
      return 0;
    }
    Optional<Lexicon.PhraseMatch> found = lexicon.find(tokens, next);
    if (found.isEmpty()) {
      kind = name + " " + lexicon.lemma(tokens.get(next));
      return 1;
    }
    if (found.get().senses().getFirst() instanceof Sense.Content(var content)) {
      kind = name + " " + content;
      return found.get().tokens();
    }
    return 0;
  }

  private void noteFiller(Token token) {
    words.endRun();
    if (token.text().equals(AND)) {
      words.addAnd();
    } else if (!DETERMINERS.contains(token.text())) {
      words.dropAnd();
    }
    passive |= lexicon.lemma(token).equals("be");
  }

  private void addWord(String name, int at, Token.Kind kind) {
    if (name.equals(OF)) {
      flushConnective(at);
      words.addOf();
      return;
    }
    if (name.equals(OR)) {
      words.addOr();
      return;
    }
    boolean noun = at > 0 && DETERMINERS.contains(tokens.get(at - 1).text());
    boolean participle = isParticiple(tokens.get(at));
    boolean isAction = lexicon.isAction(name) && !noun && (passive || !participle);
    words.add(name, kind, isAction, passive && participle, inCondition);
  }

  /** A connective without a following word is a word itself: "turn it on". */
  private void flushConnective(int at) {
    words.takeConnective().ifPresent(name -> addWord(name, at, Token.Kind.WORD));
  }

  private boolean isAction(int at) {
    if (at >= tokens.size()) {
      return false;
    }
    if (lexicon.lemma(tokens.get(at)).equals("be")) {
      return true;
    }
    return lexicon
        .find(tokens, at)
        .map(
            found ->
                found.senses().getFirst() instanceof Sense.Content(var name)
                    && lexicon.isAction(name))
        .orElseGet(() -> lexicon.isAction(lexicon.lemma(tokens.get(at))));
  }

  private boolean isParticiple(Token token) {
    return token.text().endsWith("ed") || lexicon.isParticiple(token.text());
  }

  private void notePerson(Token token) {
    if (wordsBeforePerson.isEmpty() && !inCondition && PERSONS.contains(token.text())) {
      wordsBeforePerson = Optional.of(words.freeWords());
    }
    Optional<Person> person =
        SPEAKER.contains(token.text())
            ? Optional.of(Person.SPEAKER)
            : ADDRESSEE.contains(token.text()) ? Optional.of(Person.ADDRESSEE) : Optional.empty();
    person.filter(it -> persons.isEmpty() || persons.getLast() != it).ifPresent(persons::add);
  }
}
