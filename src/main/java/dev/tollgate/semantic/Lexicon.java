package dev.tollgate.semantic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The roles of words and phrases in questions, from {@code semantic/lexicon.txt}. Its headings
 * describe the sections.
 */
final class Lexicon {
  private static final String RESOURCE = "/semantic/lexicon.txt";

  /** Words after which "'s" is a form of "is". Elsewhere it is possessive. */
  private static final Set<String> BEFORE_IS =
      Set.of("what", "who", "where", "when", "how", "why", "it", "that", "there", "here", "which");

  private enum Role {
    FILLER,
    QUESTION,
    MODAL,
    WISH,
    NEGATION,
    PREPOSITION,
    CONNECTIVE,
    SYNONYM
  }

  /** The role of a phrase in a question. */
  sealed interface Sense {
    /** Adds no meaning. */
    record Filler() implements Sense {}

    /** Determines the kind of answer. */
    record Interrogative(String kind) implements Sense {}

    /** A modal verb: whether something may, must or should be. */
    record Modal(String name) implements Sense {}

    /** A wish, which asks how to fulfil it. */
    record Wish() implements Sense {}

    /** Negates the next word. */
    record Negation() implements Sense {}

    /** Gives the next word its role. */
    record Preposition(String name) implements Sense {}

    /** A preposition that others can replace. */
    record Connective(String name) implements Sense {}

    /** A word with a meaning of its own, by its canonical name. */
    record Content(String name) implements Sense {}
  }

  /**
   * A phrase at a position.
   *
   * @param tokens the number of its tokens
   * @param senses the possible roles, the likeliest first
   */
  record PhraseMatch(int tokens, List<Sense> senses) {}

  private static final class English {
    static final Lexicon INSTANCE = read();
  }

  private final Lemmatizer lemmatizer;
  private final Map<String, List<Sense>> phrases = new HashMap<>();
  private final Map<String, String> units = new HashMap<>();
  private final Map<String, String> numbers = new HashMap<>();
  private final Set<String> actions = new HashSet<>();
  private final Set<String> participles = new HashSet<>();
  private final Map<String, String> tenses = new HashMap<>();
  private final Set<String> opposites = new HashSet<>();
  private final Set<String> connectives = new HashSet<>();
  private int maxPhraseTokens = 1;

  private Lexicon(Map<String, List<String>> sections, Vocabulary words) {
    Map<String, String> forms = new HashMap<>();
    for (String line : section(sections, "forms")) {
      List<String> entries = entries(line);
      entries.forEach(form -> forms.put(form, entries.getFirst()));
    }
    Set<String> unbending = new HashSet<>();
    section(sections, "as they are").forEach(line -> unbending.addAll(entries(line)));
    Set<String> known = new HashSet<>();
    sections.values().forEach(lines -> lines.forEach(line -> known.addAll(entries(line))));
    lemmatizer = new Lemmatizer(words, known, unbending, forms);
    section(sections, "units").forEach(line -> addNames(units, line));
    section(sections, "numbers").forEach(line -> addNames(numbers, line));
    add(sections, "questions", Role.QUESTION);
    add(sections, "wishes", Role.WISH);
    add(sections, "modals", Role.MODAL);
    add(sections, "negations", Role.NEGATION);
    add(sections, "prepositions", Role.PREPOSITION);
    add(sections, "connectives", Role.CONNECTIVE);
    add(sections, "fillers", Role.FILLER);
    add(sections, "synonyms", Role.SYNONYM);
    section(sections, "connectives")
        .forEach(line -> entries(line).forEach(entry -> connectives.add(normalize(entry))));
    units.forEach((unit, name) -> addSense(unit, new Sense.Content(name)));
    numbers.forEach((number, name) -> addSense(number, new Sense.Content(name)));
    section(sections, "actions")
        .forEach(line -> entries(line).forEach(action -> actions.add(canonicalName(action))));
    for (String line : section(sections, "tenses")) {
      List<String> entries = entries(line);
      entries.forEach(verb -> tenses.put(verb, entries.getFirst()));
    }
    section(sections, "participles").forEach(line -> participles.addAll(entries(line)));
    for (String line : section(sections, "opposites")) {
      List<String> pair = entries(line);
      opposites.add(canonicalName(pair.getFirst()) + "|" + canonicalName(pair.getLast()));
    }
  }

  /** The English lexicon, read on first use. */
  static Lexicon english() {
    return English.INSTANCE;
  }

  /** The longest phrase that begins at {@code tokens[from]}, unless the token is unknown. */
  Optional<PhraseMatch> find(List<Token> tokens, int from) {
    StringBuilder phrase = new StringBuilder();
    Optional<PhraseMatch> found = Optional.empty();
    for (int to = from; to < tokens.size() && to - from < maxPhraseTokens; to++) {
      Token token = tokens.get(to);
      if (token.kind() == Token.Kind.PUNCTUATION
          || token.kind() == Token.Kind.SYMBOL && to > from) {
        break;
      }
      phrase.append(to > from ? " " : "").append(lemma(token));
      List<Sense> senses = phrases.get(phrase.toString());
      if (senses != null) {
        found = Optional.of(new PhraseMatch(to - from + 1, senses));
      }
    }
    return found;
  }

  /** The lemma of a token. Names have none, except days and months. */
  String lemma(Token token) {
    return switch (token.kind()) {
      case WORD -> lemmatizer.lemmatize(token.text());
      case NAME -> {
        String lemma = lemmatizer.lemmatize(token.text());
        yield units.containsKey(lemma) ? lemma : token.text();
      }
      case NUMBER, SYMBOL, PUNCTUATION -> token.text();
    };
  }

  /** The name of a unit, if the token is a unit after a number. */
  Optional<String> unit(Token token) {
    // "Am" in "5 am" is not a form of "to be".
    return Optional.ofNullable(units.getOrDefault(token.text(), units.get(lemma(token))));
  }

  boolean isUnit(String word) {
    return units.containsKey(word) || units.containsKey(lemmatizer.lemmatize(word));
  }

  /** Whether a name is that of a number or a unit. */
  boolean isMeasure(String name) {
    return numbers.containsValue(name) || units.containsValue(name);
  }

  /** Whether a word, by its name, can have an object. */
  boolean isAction(String name) {
    return actions.contains(name);
  }

  /** The tense of a verb form, unless it is the present. */
  Optional<String> tense(String word) {
    return Optional.ofNullable(tenses.get(word));
  }

  /** Whether a word is a participle that does not end in "-ed". */
  boolean isParticiple(String word) {
    return participles.contains(word);
  }

  /** Whether a phrase is a preposition that others can stand for. */
  boolean isConnective(String phrase) {
    return connectives.contains(phrase);
  }

  boolean areOpposites(String one, String other) {
    return opposites.contains(one + "|" + other) || opposites.contains(other + "|" + one);
  }

  boolean contractsWithIs(String word) {
    return BEFORE_IS.contains(word);
  }

  private void add(Map<String, List<String>> sections, String section, Role role) {
    for (String line : section(sections, section)) {
      List<String> entries = entries(line);
      for (String entry : entries) {
        String name = normalize(entries.getFirst());
        addSense(
            normalize(entry),
            switch (role) {
              case FILLER -> new Sense.Filler();
              case QUESTION -> new Sense.Interrogative(name);
              case MODAL -> new Sense.Modal(name);
              case WISH -> new Sense.Wish();
              case NEGATION -> new Sense.Negation();
              case PREPOSITION -> new Sense.Preposition(name);
              case CONNECTIVE -> new Sense.Connective(normalize(entry));
              case SYNONYM -> new Sense.Content(name);
            });
      }
    }
  }

  private void addSense(String phrase, Sense sense) {
    phrases.computeIfAbsent(phrase, _ -> new ArrayList<>()).add(sense);
    maxPhraseTokens = Math.max(maxPhraseTokens, phrase.split(" ").length);
  }

  private void addNames(Map<String, String> names, String line) {
    List<String> entries = entries(line);
    for (String entry : entries) {
      names.putIfAbsent(entry, entries.getFirst());
      names.putIfAbsent(normalize(entry), entries.getFirst());
    }
  }

  /** The form of a phrase for lookups: the lemmas of its tokens. */
  private String normalize(String entry) {
    if (entry.chars().allMatch(letter -> letter == ' ' || letter >= 'a' && letter <= 'z')) {
      // Most phrases need no tokenizer, which would cost the first call 100 ms.
      return String.join(" ", Arrays.stream(entry.split(" ")).map(lemmatizer::lemmatize).toList());
    }
    return String.join(" ", Token.tokenize(entry, this).stream().map(this::lemma).toList());
  }

  /** The canonical name of a word of this file. */
  private String canonicalName(String word) {
    String phrase = normalize(word);
    return phrases.getOrDefault(phrase, List.of()).stream()
        .filter(Sense.Content.class::isInstance)
        .map(sense -> ((Sense.Content) sense).name())
        .findFirst()
        .orElse(phrase);
  }

  private static List<String> entries(String line) {
    return List.of(line.split(", *"));
  }

  private static List<String> section(Map<String, List<String>> sections, String name) {
    List<String> section = sections.get(name);
    if (section == null) {
      throw new IllegalStateException(RESOURCE + " has no section [" + name + "]");
    }
    return section;
  }

  private static Lexicon read() {
    Map<String, List<String>> sections = new HashMap<>();
    List<String> section = new ArrayList<>();
    for (String line : Resources.lines(RESOURCE)) {
      if (line.startsWith("[") && line.endsWith("]")) {
        section = new ArrayList<>();
        sections.put(line.substring(1, line.length() - 1), section);
      } else if (!line.isBlank() && !line.startsWith("#")) {
        section.add(line);
      }
    }
    return new Lexicon(sections, Vocabulary.shared());
  }
}
