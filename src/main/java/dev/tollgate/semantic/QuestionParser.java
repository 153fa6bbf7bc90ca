package dev.tollgate.semantic;

import dev.tollgate.semantic.Lexicon.Sense;
import dev.tollgate.semantic.ParsedQuestion.Binding;
import dev.tollgate.semantic.ParsedQuestion.Person;
import dev.tollgate.semantic.ParsedQuestion.Word;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads one question, from its first token to its last. */
final class QuestionParser {
  /** What makes an amount of money of "what". */
  private static final String PRICE = "cost";

  private static final String NOT = "not";
  private static final String AND = "and";
  private static final String OR = "or";
  private static final String OF = "of";
  private static final String TO = "to";
  private static final String WHEN = "when";

  /** What opens a question that wants yes or no. */
  private static final Set<String> AUXILIARY_VERBS =
      Set.of("be", "do", "have", "will", "would", "can", "could", "may", "might", "must", "should");

  private static final Set<String> DETERMINERS =
      Set.of("a", "an", "the", "my", "your", "our", "this", "that", "their", "his", "her");

  /** Are nouns after a determiner: to contest a will. */
  private static final Set<String> VERBS_OR_NOUNS = Set.of("will", "can", "may", "might", "must");

  private static final Pattern QUOTE =
      Pattern.compile(
          "\"[^\"]*\"|[\u201c\u201e\u00ab][^\u201c\u201d\u00bb]*[\u201c\u201d\u00bb]|`[^`]*`");

  private static final Set<String> SPEAKER = Set.of("i", "me", "my", "mine", "we", "our", "ours");
  private static final Set<String> PERSONS = Set.of("i", "me", "we", "you");
  private static final Set<String> ADDRESSEE = Set.of("you", "your", "yours");

  /**
   * Words that stand together, with nothing between them.
   *
   * @param followsOf whether "of" stands before them
   * @param joinedBy "and" or "or", if that stands before them
   */
  private record Run(List<Word> words, boolean followsOf, Optional<String> joinedBy) {
    String text() {
      return String.join(" ", words.stream().map(Word::name).toList());
    }
  }

  private final Lexicon lexicon;
  private final List<Token> tokens;

  private String kind = ParsedQuestion.NONE;
  private boolean isWish;
  private Optional<String> modal = Optional.empty();
  private Optional<String> tense = Optional.empty();
  private final List<String> quotes;
  private final List<Run> runs = new ArrayList<>();
  private final List<Binding> unattachedBindings = new ArrayList<>();
  private final List<Person> persons = new ArrayList<>();
  private Optional<Set<String>> wordsBeforePerson = Optional.empty();

  /** What will bind the next word. */
  private final List<String> pendingBinders = new ArrayList<>();

  private Optional<String> connective = Optional.empty();
  private boolean followsOf;
  private Optional<String> conjunction = Optional.empty();
  private boolean inRun;
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
    pendingBinders.forEach(binder -> unattachedBindings.add(new Binding(binder, "")));
    conjunction.filter(OR::equals).ifPresent(or -> unattachedBindings.add(new Binding(or, "")));
    if (kind.equals(ParsedQuestion.NONE) && isWish) {
      kind = ParsedQuestion.HOW;
    }
    Set<Set<String>> series = new HashSet<>();
    for (int i = 1; i < runs.size(); i++) {
      Optional<String> joinedBy = runs.get(i).joinedBy();
      if (joinedBy.isPresent()) {
        Set<String> joined = new TreeSet<>(List.of(runs.get(i - 1).text(), runs.get(i).text()));
        series.add(joined);
        if (joinedBy.get().equals(OR)) {
          unattachedBindings.add(new Binding(OR, joined.toString()));
        }
      }
    }
    List<Word> words = orderedWords();
    if (kind.equals(ParsedQuestion.WHAT)
        && words.stream().anyMatch(it -> it.name().equals(PRICE))) {
      kind = "how much";
    }
    return new ParsedQuestion(
        kind,
        modal,
        tense.orElse(ParsedQuestion.PRESENT),
        words,
        bindings(words),
        series,
        quotes,
        persons,
        wordsBeforePerson);
  }

  /** Takes what begins at a token, and says how many tokens that was. */
  private int parseToken(int at) {
    Token token = tokens.get(at);
    if (token.kind() == Token.Kind.PUNCTUATION) {
      inRun = false;
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
    // "Can you tell me" speaks of nobody.
    if (length == 1 || !(sense instanceof Sense.Filler)) {
      phrase.forEach(this::notePerson);
    }
    switch (sense) {
      case Sense.Filler() -> noteFiller(token);
      case Sense.Interrogative(var name) -> {
        inRun = false;
        length += noteInterrogative(name, at + length, length > 1);
      }
      case Sense.Modal(var name) -> {
        inRun = false;
        modal = modal.or(() -> Optional.of(name));
        if (pendingBinders.remove(NOT)) {
          // "Do not have to" is not "must not".
          unattachedBindings.add(new Binding(NOT, name));
        }
      }
      case Sense.Wish() -> isWish = true;
      case Sense.Negation() -> pendingBinders.add(NOT);
      case Sense.Preposition(var name) -> {
        inRun = false;
        if (!name.equals(TO) || !isAction(at + length)) {
          flushConnective(at);
          pendingBinders.add(name);
          inCondition |= name.equals(WHEN);
        }
      }
      case Sense.Connective(var name) -> {
        inRun = false;
        flushConnective(at);
        connective = Optional.of(name);
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

  /** The first verb of a question says when; if it opens the question, that wants yes or no. */
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
          && (runs.isEmpty() || token.opensSentence() || senses.size() == 1)) {
        return interrogative;
      }
      // Asked before: this one joins clauses, as in "what happens when".
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
   * Notes which kind of answer is wanted. "How" makes a kind together with the word that follows at
   * once: how far, how early.
   *
   * @return how many tokens more that took
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
    inRun = false;
    if (token.text().equals(AND)) {
      conjunction = Optional.of(AND);
    } else if (!DETERMINERS.contains(token.text())) {
      conjunction = conjunction.filter(OR::equals);
    }
    passive |= lexicon.lemma(token).equals("be");
  }

  private void addWord(String name, int at, Token.Kind kind) {
    if (name.equals(OF)) {
      flushConnective(at);
      inRun = false;
      followsOf = true;
      return;
    }
    if (name.equals(OR)) {
      inRun = false;
      conjunction = Optional.of(OR);
      return;
    }
    if (!inRun || runs.isEmpty()) {
      // "The price of oil" is the oil price; but "a child of two" is not two children.
      boolean owner = followsOf && !runs.isEmpty() && kind != Token.Kind.NUMBER;
      if (runs.isEmpty()) {
        conjunction = Optional.empty();
      } else if (conjunction.isPresent() && pendingBinders.isEmpty() && connective.isEmpty()) {
        pendingBinders.addAll(runs.getLast().words().getFirst().boundBy());
      }
      runs.add(new Run(new ArrayList<>(), owner, conjunction));
      followsOf = false;
      conjunction = Optional.empty();
    }
    inRun = true;
    connective.ifPresent(pendingBinders::add);
    boolean noun = at > 0 && DETERMINERS.contains(tokens.get(at - 1).text());
    boolean participle = isParticiple(tokens.get(at));
    boolean isAction = lexicon.isAction(name) && !noun && (passive || !participle);
    runs.getLast()
        .words()
        .add(
            new Word(name, kind, pendingBinders, isAction, passive && participle, inCondition, ""));
    connective = Optional.empty();
    pendingBinders.clear();
  }

  /** A connective after which nothing comes says something by itself: "turn it on". */
  private void flushConnective(int at) {
    connective.ifPresent(
        name -> {
          connective = Optional.empty();
          addWord(name, at, Token.Kind.WORD);
        });
  }

  /** All words, owners before what they own. */
  private List<Word> orderedWords() {
    List<Word> words = new ArrayList<>();
    for (int i = runs.size() - 1; i >= 0; i--) {
      Run run = runs.get(i);
      List<Word> owned = new ArrayList<>(run.words());
      while (run.followsOf()) {
        i--;
        run = runs.get(i);
        List<Word> things = new ArrayList<>(run.words());
        // What binds "the price of oil" binds the oil price.
        Word first = things.getFirst();
        things.set(0, rebind(first, List.of(), ""));
        owned.set(0, rebind(owned.getFirst(), first.boundBy(), ""));
        owned.addAll(things);
      }
      String text = run.text();
      words.addAll(0, owned.stream().map(word -> rebind(word, word.boundBy(), text)).toList());
    }
    return words;
  }

  private static Word rebind(Word word, List<String> boundBy, String run) {
    return new Word(
        word.name(),
        word.kind(),
        boundBy,
        word.isAction(),
        word.isPassive(),
        word.isConditional(),
        run);
  }

  private List<Binding> bindings(List<Word> words) {
    List<Binding> bindings = new ArrayList<>(unattachedBindings);
    for (Word word : words) {
      for (String binder : word.boundBy()) {
        if (!lexicon.isConnective(binder)) {
          bindings.add(new Binding(binder, word.name()));
        }
      }
    }
    bindings.sort(Comparator.comparing(Binding::by).thenComparing(Binding::word));
    return bindings;
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
      wordsBeforePerson =
          Optional.of(
              runs.stream()
                  .flatMap(run -> run.words().stream())
                  .filter(word -> word.boundBy().isEmpty() && !word.isConditional())
                  .map(Word::name)
                  .collect(Collectors.toUnmodifiableSet()));
    }
    Optional<Person> person =
        SPEAKER.contains(token.text())
            ? Optional.of(Person.SPEAKER)
            : ADDRESSEE.contains(token.text()) ? Optional.of(Person.ADDRESSEE) : Optional.empty();
    person.filter(it -> persons.isEmpty() || persons.getLast() != it).ifPresent(persons::add);
  }
}
