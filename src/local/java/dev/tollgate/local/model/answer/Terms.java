package dev.tollgate.local.model.answer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words of a text that carry meaning: without stop words, lightly stemmed so that "returned"
 * meets "returns", and with numbers exact so that 30 days never meets 14 days.
 */
record Terms(Set<String> content, Set<String> numbers, Set<String> names, Set<String> negated) {
  private static final Pattern TOKEN =
      Pattern.compile("\\d[\\d,]*(?:\\.\\d+)?|\\p{L}[\\p{L}\\p{M}']*|[.;:!?]");
  private static final Set<String> STOP_WORDS =
      Set.of(
          ("a about above after all also am an and answer any are as at be because been before"
                  + " being below between both but by can could describe did do does doing during each"
                  + " explain for from further get give had has have having he her here hers him his"
                  + " how i if in into is it its just know let like long many may me might more most"
                  + " much must my need of off often on once only or other our ours out over own"
                  + " please same say shall she should so some such take tell than that the their"
                  + " theirs them then there these they this those through to too under until up us"
                  + " very want was we were what when where which while who whom whose why will with"
                  + " within would you your yours hello hi thanks thank")
              .split(" "));
  private static final Set<String> NEGATIONS =
      Set.of("not", "no", "never", "without", "cannot", "neither", "nor", "none", "nothing");

  /** A negation reaches this many content words, or to the end of its clause. */
  private static final int NEGATION_SCOPE = 3;

  private static final Map<String, String> SYNONYMS =
      Map.ofEntries(
          Map.entry("price", "cost"),
          Map.entry("fee", "cost"),
          Map.entry("charge", "cost"),
          Map.entry("phone", "telephone"),
          Map.entry("purchase", "buy"),
          Map.entry("bought", "buy"),
          Map.entry("begin", "start"),
          Map.entry("began", "start"),
          Map.entry("establish", "found"),
          Map.entry("headquarter", "locate"),
          Map.entry("base", "locate"),
          Map.entry("employee", "staff"),
          Map.entry("yearly", "year"),
          Map.entry("annual", "year"),
          Map.entry("annually", "year"),
          Map.entry("daily", "day"),
          Map.entry("made", "make"),
          Map.entry("sold", "sell"),
          Map.entry("paid", "pay"),
          Map.entry("sent", "send"),
          Map.entry("wrote", "write"),
          Map.entry("written", "write"));

  Terms {
    content = Set.copyOf(content);
    numbers = Set.copyOf(numbers);
    names = Set.copyOf(names);
    negated = Set.copyOf(negated);
  }

  static Terms of(String text) {
    Set<String> content = new LinkedHashSet<>();
    Set<String> numbers = new LinkedHashSet<>();
    Set<String> names = new LinkedHashSet<>();
    Set<String> negated = new LinkedHashSet<>();
    int reach = 0;
    boolean sentenceStart = true;
    Matcher tokens = TOKEN.matcher(text.replace('’', '\''));
    while (tokens.find()) {
      String token = tokens.group();
      char first = token.charAt(0);
      String lower = token.toLowerCase(Locale.ROOT);
      if (Character.isDigit(first)) {
        String number = token.replace(",", "");
        content.add(number);
        numbers.add(number);
      } else if (!Character.isLetter(first)) {
        reach = 0;
      } else if (NEGATIONS.contains(lower) || lower.endsWith("n't")) {
        reach = NEGATION_SCOPE;
      } else if (!STOP_WORDS.contains(lower)) {
        String stem = stem(lower);
        content.add(stem);
        if (Character.isUpperCase(first) && !sentenceStart) {
          names.add(stem);
        }
        if (reach > 0) {
          negated.add(stem);
          reach--;
        }
      }
      sentenceStart = ".!?:".indexOf(first) >= 0;
    }
    return new Terms(content, numbers, names, negated);
  }

  /** Returns the content words as written, in order, without repeats. */
  static List<String> originalForms(String text) {
    Set<String> written = new LinkedHashSet<>();
    Matcher tokens = TOKEN.matcher(text);
    while (tokens.find()) {
      String token = tokens.group();
      if (Character.isLetter(token.charAt(0))
          && !STOP_WORDS.contains(token.toLowerCase(Locale.ROOT))) {
        written.add(token);
      }
    }
    return new ArrayList<>(written);
  }

  private static String stem(String lower) {
    String word = lower.endsWith("'s") ? lower.substring(0, lower.length() - 2) : lower;
    word = word.replace("'", "");
    String singular = singularize(word);
    String known = SYNONYMS.get(singular);
    String base = known != null ? known : stripSuffix(singular);
    String synonym = SYNONYMS.getOrDefault(base, base);
    // "purchase", "purchased" and "purchasing" meet without their last e.
    return synonym.length() > 3 && synonym.endsWith("e")
        ? synonym.substring(0, synonym.length() - 1)
        : synonym;
  }

  private static String singularize(String word) {
    if (word.length() > 4 && word.endsWith("ies")) {
      return word.substring(0, word.length() - 3) + "y";
    }
    if (word.length() > 4 && word.matches(".*(ss|x|ch|sh)es")) {
      return word.substring(0, word.length() - 2);
    }
    return word.length() > 3 && word.endsWith("s") && !word.matches(".*(ss|us|is)")
        ? word.substring(0, word.length() - 1)
        : word;
  }

  private static String stripSuffix(String word) {
    if (word.length() > 5 && word.endsWith("ing")) {
      return undouble(word.substring(0, word.length() - 3));
    }
    if (word.length() > 4 && word.endsWith("ied")) {
      return word.substring(0, word.length() - 3) + "y";
    }
    if (word.length() > 4 && word.endsWith("ed")) {
      return undouble(word.substring(0, word.length() - 2));
    }
    if (word.length() > 7 && word.endsWith("able")) {
      return word.substring(0, word.length() - 4);
    }
    return word.length() > 5 && word.endsWith("ly") ? word.substring(0, word.length() - 2) : word;
  }

  private static String undouble(String word) {
    int last = word.length() - 1;
    return last > 2
            && word.charAt(last) == word.charAt(last - 1)
            && "lsz".indexOf(word.charAt(last)) < 0
        ? word.substring(0, last)
        : word;
  }
}
