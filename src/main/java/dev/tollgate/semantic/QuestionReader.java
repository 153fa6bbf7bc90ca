package dev.tollgate.semantic;

import dev.tollgate.semantic.Lexicon.Sense;
import dev.tollgate.semantic.Question.Binding;
import dev.tollgate.semantic.Question.Person;
import dev.tollgate.semantic.Question.Word;
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
final class QuestionReader {
  /** What makes an amount of money of "what". */
  private static final String PRICE = "cost";

  private static final String NOT = "not";
  private static final String AND = "and";
  private static final String OR = "or";
  private static final String OF = "of";
  private static final String TO = "to";
  private static final String WHEN = "when";

  /** What opens a question that wants yes or no. */
  private static final Set<String> VERBS =
      Set.of("be", "do", "have", "will", "would", "can", "could", "may", "might", "must", "should");

  private static final Set<String> DETERMINERS =
      Set.of("a", "an", "the", "my", "your", "our", "this", "that", "their", "his", "her");

  /** Are nouns after a determiner: to contest a will. */
  private static final Set<String> VERBS_OR_NOUNS = Set.of("will", "can", "may", "might", "must");

  private static final Pattern QUOTE =
      Pattern.compile(
          "\"[^\"]*\"|[\u201c\u201e\u00ab][^\u201c\u201d\u00bb]*[\u201c\u201d\u00bb]|`[^`]*`");

  private static final Set<String> ASKER = Set.of("i", "me", "my", "mine", "we", "our", "ours");
  private static final Set<String> PERSONS = Set.of("i", "me", "we", "you");
  private static final Set<String> ASKED = Set.of("you", "your", "yours");

  /**
   * Words that stand together, with nothing between them.
   *
   * @param belongs whether "of" stands before them
   * @param joinedBy "and" or "or", if that stands before them
   */
  private record Run(List<Word> words, boolean belongs, Optional<String> joinedBy) {
    String text() {
      return String.join(" ", words.stream().map(Word::name).toList());
    }
  }

  private final Lexicon lexicon;
  private final List<Token> tokens;

  private String kind = Question.NONE;
  private boolean wishes;
  private Optional<String> modal = Optional.empty();
  private Optional<String> tense = Optional.empty();
  private final List<String> quotes;
  private final List<Run> runs = new ArrayList<>();
  private final List<Binding> loose = new ArrayList<>();
  private final List<Person> persons = new ArrayList<>();
  private Optional<Set<String>> beforePerson = Optional.empty();

  /** What will bind the next word. */
  private final List<String> binders = new ArrayList<>();

  private Optional<String> connective = Optional.empty();
  private boolean belongs;
  private Optional<String> conjunction = Optional.empty();
  private boolean together;
  private boolean condition;
  private boolean passive;

  private QuestionReader(String text, Lexicon lexicon) {
    this.tokens = Token.of(text, lexicon);
    this.quotes = QUOTE.matcher(text).results().map(MatchResult::group).toList();
    this.lexicon = lexicon;
  }

  static Question read(String text, Lexicon lexicon) {
    return new QuestionReader(text, lexicon).read();
  }

  private Question read() {
    int at = 0;
    while (at < tokens.size()) {
      at += take(at);
    }
    sayConnective(tokens.size() - 1);
    binders.forEach(binder -> loose.add(new Binding(binder, "")));
    conjunction.filter(OR::equals).ifPresent(or -> loose.add(new Binding(or, "")));
    if (kind.equals(Question.NONE) && wishes) {
      kind = Question.HOW;
    }
    Set<Set<String>> series = new HashSet<>();
    for (int i = 1; i < runs.size(); i++) {
      Optional<String> joinedBy = runs.get(i).joinedBy();
      if (joinedBy.isPresent()) {
        Set<String> joined = new TreeSet<>(List.of(runs.get(i - 1).text(), runs.get(i).text()));
        series.add(joined);
        if (joinedBy.get().equals(OR)) {
          loose.add(new Binding(OR, joined.toString()));
        }
      }
    }
    List<Word> words = inOrder();
    if (kind.equals(Question.WHAT) && words.stream().anyMatch(it -> it.name().equals(PRICE))) {
      kind = "how much";
    }
    return new Question(
        kind,
        modal,
        tense.orElse(Question.PRESENT),
        words,
        bindings(words),
        series,
        quotes,
        persons,
        beforePerson);
  }

  /** Takes what begins at a token, and says how many tokens that was. */
  private int take(int at) {
    Token token = tokens.get(at);
    if (token.kind() == Token.Kind.PAUSE) {
      together = false;
      condition = false;
      return 1;
    }
    Optional<String> unit = isNumber(at - 1) ? lexicon.unit(token) : Optional.empty();
    if (unit.isPresent()) {
      say(unit.get(), at, Token.Kind.NUMBER);
      return 1;
    }
    if (token.kind() == Token.Kind.SIGN && lexicon.unit(token).isPresent() && isNumber(at + 1)) {
      // "$5" is 5 dollars.
      say(tokens.get(at + 1).text(), at + 1, Token.Kind.NUMBER);
      say(lexicon.unit(token).get(), at, Token.Kind.NUMBER);
      return 2;
    }
    Optional<Lexicon.Found> found = lexicon.find(tokens, at);
    if (found.isEmpty()) {
      say(lexicon.lemma(token), at, token.kind());
      return 1;
    }
    int length = found.get().tokens();
    List<Token> phrase = tokens.subList(at, at + length);
    Sense sense = choose(found.get(), at);
    if (length == 1) {
      noteVerb(token, at);
    }
    // "Can you tell me" speaks of nobody.
    if (length == 1 || !(sense instanceof Sense.Filler)) {
      phrase.forEach(this::notePerson);
    }
    switch (sense) {
      case Sense.Filler() -> fill(token);
      case Sense.Interrogative(var name) -> {
        together = false;
        length += ask(name, at + length, length > 1);
      }
      case Sense.Modal(var name) -> {
        together = false;
        modal = modal.or(() -> Optional.of(name));
        if (binders.remove(NOT)) {
          // "Do not have to" is not "must not".
          loose.add(new Binding(NOT, name));
        }
      }
      case Sense.Wish() -> wishes = true;
      case Sense.Negation() -> binders.add(NOT);
      case Sense.Preposition(var name) -> {
        together = false;
        if (!name.equals(TO) || !isAction(at + length)) {
          sayConnective(at);
          binders.add(name);
          condition |= name.equals(WHEN);
        }
      }
      case Sense.Connective(var name) -> {
        together = false;
        sayConnective(at);
        connective = Optional.of(name);
      }
      case Sense.Content(var name) -> say(name, at + length - 1, kind(name, phrase));
    }
    return length;
  }

  private Token.Kind kind(String name, List<Token> phrase) {
    if (lexicon.measures(name)) {
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
    if (token.kind() == Token.Kind.NAME || !VERBS.contains(verb) || isNoun(at)) {
      return;
    }
    if (kind.equals(Question.NONE) && (token.opensSentence() || isAfterPause(at))) {
      kind = Question.WHETHER;
    }
    if (!condition) {
      tense = tense.or(() -> Optional.of(lexicon.tense(token.text()).orElse(Question.PRESENT)));
    }
  }

  private boolean isAfterPause(int at) {
    return at > 0 && tokens.get(at - 1).kind() == Token.Kind.PAUSE;
  }

  private Sense choose(Lexicon.Found found, int at) {
    Token token = tokens.get(at);
    List<Sense> senses = found.senses();
    if (found.tokens() == 1 && isNoun(at)) {
      return senses.stream()
          .filter(Sense.Content.class::isInstance)
          .findFirst()
          .orElseGet(() -> new Sense.Content(token.text()));
    }
    if (senses.getFirst() instanceof Sense.Interrogative interrogative) {
      if (kind.equals(Question.NONE)
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
  private int ask(String name, int next, boolean phrase) {
    kind = name;
    if (!name.equals(Question.HOW)
        || phrase
        || next >= tokens.size()
        || tokens.get(next).kind() != Token.Kind.WORD) {
      return 0;
    }
    Optional<Lexicon.Found> found = lexicon.find(tokens, next);
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

  private void fill(Token token) {
    together = false;
    if (token.text().equals(AND)) {
      conjunction = Optional.of(AND);
    } else if (!DETERMINERS.contains(token.text())) {
      conjunction = conjunction.filter(OR::equals);
    }
    passive |= lexicon.lemma(token).equals("be");
  }

  private void say(String name, int at, Token.Kind kind) {
    if (name.equals(OF)) {
      sayConnective(at);
      together = false;
      belongs = true;
      return;
    }
    if (name.equals(OR)) {
      together = false;
      conjunction = Optional.of(OR);
      return;
    }
    if (!together || runs.isEmpty()) {
      // "The price of oil" is the oil price; but "a child of two" is not two children.
      boolean owner = belongs && !runs.isEmpty() && kind != Token.Kind.NUMBER;
      if (runs.isEmpty()) {
        conjunction = Optional.empty();
      } else if (conjunction.isPresent() && binders.isEmpty() && connective.isEmpty()) {
        binders.addAll(runs.getLast().words().getFirst().boundBy());
      }
      runs.add(new Run(new ArrayList<>(), owner, conjunction));
      belongs = false;
      conjunction = Optional.empty();
    }
    together = true;
    connective.ifPresent(binders::add);
    boolean noun = at > 0 && DETERMINERS.contains(tokens.get(at - 1).text());
    boolean participle = isParticiple(tokens.get(at));
    boolean isAction = lexicon.isAction(name) && !noun && (passive || !participle);
    runs.getLast()
        .words()
        .add(new Word(name, kind, binders, isAction, passive && participle, condition, ""));
    connective = Optional.empty();
    binders.clear();
  }

  /** A connective after which nothing comes says something by itself: "turn it on". */
  private void sayConnective(int at) {
    connective.ifPresent(
        name -> {
          connective = Optional.empty();
          say(name, at, Token.Kind.WORD);
        });
  }

  /** All words, owners before what they own. */
  private List<Word> inOrder() {
    List<Word> words = new ArrayList<>();
    for (int i = runs.size() - 1; i >= 0; i--) {
      Run run = runs.get(i);
      List<Word> owned = new ArrayList<>(run.words());
      while (run.belongs()) {
        i--;
        run = runs.get(i);
        List<Word> things = new ArrayList<>(run.words());
        // What binds "the price of oil" binds the oil price.
        Word first = things.getFirst();
        things.set(0, bound(first, List.of(), ""));
        owned.set(0, bound(owned.getFirst(), first.boundBy(), ""));
        owned.addAll(things);
      }
      String text = run.text();
      words.addAll(0, owned.stream().map(word -> bound(word, word.boundBy(), text)).toList());
    }
    return words;
  }

  private static Word bound(Word word, List<String> boundBy, String run) {
    return new Word(
        word.name(),
        word.kind(),
        boundBy,
        word.isAction(),
        word.isDone(),
        word.isConditional(),
        run);
  }

  private List<Binding> bindings(List<Word> words) {
    List<Binding> bindings = new ArrayList<>(loose);
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
    if (beforePerson.isEmpty() && !condition && PERSONS.contains(token.text())) {
      beforePerson =
          Optional.of(
              runs.stream()
                  .flatMap(run -> run.words().stream())
                  .filter(word -> word.boundBy().isEmpty() && !word.isConditional())
                  .map(Word::name)
                  .collect(Collectors.toUnmodifiableSet()));
    }
    Optional<Person> person =
        ASKER.contains(token.text())
            ? Optional.of(Person.ASKER)
            : ASKED.contains(token.text()) ? Optional.of(Person.ASKED) : Optional.empty();
    person.filter(it -> persons.isEmpty() || persons.getLast() != it).ifPresent(persons::add);
  }
}
