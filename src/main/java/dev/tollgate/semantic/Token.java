package dev.tollgate.semantic;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A token of a question: a word, a number, a name or a symbol.
 *
 * @param text the token in lower case
 * @param opensSentence whether it begins a sentence
 */
record Token(String text, Kind kind, boolean opensSentence) {
  enum Kind {
    WORD,
    /** An address, or a word with an unexpected capital, a digit or a dot. */
    NAME,
    NUMBER,
    SYMBOL,
    /** The end of a phrase: a comma, a bracket, a full stop. */
    PUNCTUATION
  }

  /**
   * Repeated groups are possessive, since others would need a stack as deep as the question is
   * long.
   */
  private static final Pattern TOKEN_PATTERN =
      Pattern.compile(
          """
          (?<address> [\\p{L}\\p{N}._%+-]+@[\\p{L}\\p{N}.-]+ | \\p{L}[\\p{L}\\p{N}+.-]*://\\S+
                    | (?<![\\p{L}\\p{N}])(?:~|\\p{L}:)?[/\\\\][\\p{L}\\p{N}][^\\s,;?!]* )
          | (?<number> (?<![\\p{L}\\p{N}])-?\\p{Nd}+(?:[.,:/-]\\p{Nd}+)*+
                       (?<glued>\\p{L}+(?:/\\p{L}+)?)? )
          | (?<word> \\p{L}[\\p{L}\\p{M}\\p{N}]*(?:[._]\\p{L}[\\p{L}\\p{N}]*|[._-]\\p{N}[\\p{L}\\p{N}]*)*+
                     (?:'\\p{L}+)?(?:\\+\\+|\\#)? )
          | (?<hyphen> (?<=\\p{L})-(?=\\p{L}) )
          | (?<pause> [.,;:!?()"'…–—-] )
          | (?<sign> \\S )
          """,
          Pattern.COMMENTS);

  /** Signs of code. In a question with code, every sign may matter. */
  private static final Pattern CODE_PATTERN =
      Pattern.compile("[{}\\[\\]<>=*\\\\|^~`]|[-+/]\\s*[(\\d]|[)]\\s*[-+/]");

  private static final Pattern THOUSANDS = Pattern.compile("-?\\d{1,3}(,\\d{3})++(\\.\\d+)?");

  /** Contractions, by their endings. */
  private static final List<String> CONTRACTED = List.of("m", "re", "ve", "ll", "d");

  static List<Token> tokenize(String question, Lexicon lexicon) {
    String text =
        Normalizer.normalize(question, Normalizer.Form.NFKC)
            .replace('\u2019', '\'')
            .replace('\u2018', '\'');
    boolean code = CODE_PATTERN.matcher(text).find();
    List<Token> tokens = new ArrayList<>();
    boolean opens = true;
    Matcher piece = TOKEN_PATTERN.matcher(text);
    while (piece.find()) {
      String found = piece.group();
      String lower = found.toLowerCase(Locale.ROOT);
      if (piece.group("address") != null) {
        tokens.add(new Token(withoutFullStop(found), Kind.NAME, opens));
      } else if (piece.group("number") != null) {
        addNumber(tokens, lower, piece.group("glued"), opens, lexicon);
      } else if (piece.group("word") != null) {
        addWord(tokens, found, opens, lexicon);
      } else if (piece.group("hyphen") != null && !code) {
        continue;
      } else if (piece.group("sign") != null || code) {
        tokens.add(new Token(lower, Kind.SYMBOL, opens));
      } else {
        tokens.add(new Token(lower, Kind.PUNCTUATION, false));
        opens = opens || ".!?:".contains(lower);
        continue;
      }
      opens = false;
    }
    return tokens;
  }

  private static String withoutFullStop(String address) {
    return address.endsWith(".") ? address.substring(0, address.length() - 1) : address;
  }

  private static void addNumber(
      List<Token> tokens, String found, String glued, boolean opens, Lexicon lexicon) {
    if (glued == null) {
      tokens.add(new Token(removeThousandsSeparators(found), Kind.NUMBER, opens));
    } else {
      String digits = found.substring(0, found.length() - glued.length());
      if (lexicon.isUnit(glued.toLowerCase(Locale.ROOT))) {
        tokens.add(new Token(removeThousandsSeparators(digits), Kind.NUMBER, opens));
        tokens.add(new Token(glued.toLowerCase(Locale.ROOT), Kind.WORD, false));
      } else {
        tokens.add(new Token(found, Kind.NAME, opens));
      }
    }
  }

  private static String removeThousandsSeparators(String number) {
    return THOUSANDS.matcher(number).matches() ? number.replace(",", "") : number;
  }

  private static void addWord(List<Token> tokens, String found, boolean opens, Lexicon lexicon) {
    String lower = found.toLowerCase(Locale.ROOT);
    int apostrophe = lower.indexOf('\'');
    String word = apostrophe < 0 ? lower : lower.substring(0, apostrophe);
    String rest = apostrophe < 0 ? "" : lower.substring(apostrophe + 1);
    if (rest.equals("t") && word.endsWith("n")) {
      String verb = word.substring(0, word.length() - 1);
      addAll(
          tokens,
          opens,
          switch (verb) {
            case "ca" -> "can";
            case "wo" -> "will";
            case "sha" -> "shall";
            default -> verb;
          },
          "not");
    } else if (word.equals("cannot")) {
      addAll(tokens, opens, "can", "not");
    } else if (CONTRACTED.contains(rest)) {
      addAll(
          tokens,
          opens,
          word,
          switch (rest) {
            case "m", "re" -> "be";
            case "ve" -> "have";
            case "ll" -> "will";
            default -> "would";
          });
    } else if (rest.equals("s") && lexicon.contractsWithIs(word)) {
      addAll(tokens, opens, word, "be");
    } else {
      // Any other ending after an apostrophe is possessive.
      tokens.add(new Token(word, isName(found, opens) ? Kind.NAME : Kind.WORD, opens));
    }
  }

  private static void addAll(List<Token> tokens, boolean opens, String first, String second) {
    tokens.add(new Token(first, Kind.WORD, opens));
    tokens.add(new Token(second, Kind.WORD, false));
  }

  private static boolean isName(String found, boolean opens) {
    long capitals = found.chars().filter(Character::isUpperCase).count();
    boolean marked =
        found.chars().anyMatch(letter -> Character.isDigit(letter) || "._+#".indexOf(letter) >= 0);
    return marked || capitals > 1 || (capitals == 1 && !opens && !found.equals("I"));
  }
}
