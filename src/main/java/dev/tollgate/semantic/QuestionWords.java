package dev.tollgate.semantic;

import dev.tollgate.semantic.ParsedQuestion.Binding;
import dev.tollgate.semantic.ParsedQuestion.Word;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The words of a question during its parsing: runs of words, and what binds and joins them. */
final class QuestionWords {
  private static final String AND = "and";
  private static final String OR = "or";

  /**
   * Adjacent words.
   *
   * @param followsOf whether "of" precedes them
   * @param joinedBy "and" or "or", if that precedes them
   */
  private record Run(List<Word> words, boolean followsOf, Optional<String> joinedBy) {
    String text() {
      return String.join(" ", words.stream().map(Word::name).toList());
    }
  }

  private final List<Run> runs = new ArrayList<>();
  private final List<Binding> unattachedBindings = new ArrayList<>();
  private final Set<Set<String>> coordinations = new HashSet<>();

  /** Binders of the next word. */
  private final List<String> pendingBinders = new ArrayList<>();

  private Optional<String> connective = Optional.empty();
  private boolean followsOf;
  private Optional<String> conjunction = Optional.empty();
  private boolean inRun;

  boolean isEmpty() {
    return runs.isEmpty();
  }

  void endRun() {
    inRun = false;
  }

  void add(
      String name, Token.Kind kind, boolean isAction, boolean isPassive, boolean isConditional) {
    if (!inRun || runs.isEmpty()) {
      startRun(kind);
    }
    inRun = true;
    connective.ifPresent(pendingBinders::add);
    runs.getLast()
        .words()
        .add(new Word(name, kind, pendingBinders, isAction, isPassive, isConditional, ""));
    connective = Optional.empty();
    pendingBinders.clear();
  }

  private void startRun(Token.Kind kind) {
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

  void addOf() {
    inRun = false;
    followsOf = true;
  }

  void addAnd() {
    conjunction = Optional.of(AND);
  }

  void addOr() {
    inRun = false;
    conjunction = Optional.of(OR);
  }

  /** Forgets "and": only "or" joins across other words. */
  void dropAnd() {
    conjunction = conjunction.filter(OR::equals);
  }

  void addBinder(String name) {
    pendingBinders.add(name);
  }

  /** Attaches a pending binder to something that is not a word of the question, such as a modal. */
  void bindOutside(String binder, String name) {
    if (pendingBinders.remove(binder)) {
      unattachedBindings.add(new Binding(binder, name));
    }
  }

  void setConnective(String name) {
    connective = Optional.of(name);
  }

  Optional<String> takeConnective() {
    Optional<String> taken = connective;
    connective = Optional.empty();
    return taken;
  }

  /** The names of the words so far that nothing binds and that are not part of a condition. */
  Set<String> freeWords() {
    return runs.stream()
        .flatMap(run -> run.words().stream())
        .filter(word -> word.boundBy().isEmpty() && !word.isConditional())
        .map(Word::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Ends the question: binders and conjunctions without a following word stand alone. */
  void close() {
    pendingBinders.forEach(binder -> unattachedBindings.add(new Binding(binder, "")));
    conjunction.filter(OR::equals).ifPresent(or -> unattachedBindings.add(new Binding(or, "")));
    for (int i = 1; i < runs.size(); i++) {
      Optional<String> joinedBy = runs.get(i).joinedBy();
      if (joinedBy.isPresent()) {
        Set<String> joined = new TreeSet<>(List.of(runs.get(i - 1).text(), runs.get(i).text()));
        coordinations.add(joined);
        if (joinedBy.get().equals(OR)) {
          unattachedBindings.add(new Binding(OR, joined.toString()));
        }
      }
    }
  }

  Set<Set<String>> coordinations() {
    return coordinations;
  }

  /** All words, owners before what they own. */
  List<Word> inOrder() {
    List<Word> words = new ArrayList<>();
    for (int i = runs.size() - 1; i >= 0; i--) {
      Run run = runs.get(i);
      List<Word> owned = new ArrayList<>(run.words());
      while (run.followsOf()) {
        i--;
        run = runs.get(i);
        List<Word> things = new ArrayList<>(run.words());
        // The binders of "the price of oil" bind the oil price.
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

  /** The bindings of ordered words, sorted. Connectives are not bindings. */
  List<Binding> bindings(List<Word> words, Lexicon lexicon) {
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
}
