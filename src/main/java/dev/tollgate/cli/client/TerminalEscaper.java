package dev.tollgate.cli.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes text from elsewhere safe for a terminal. An escape sequence in a prompt or in somebody's
 * note could otherwise rewrite what the reader sees, and so could marks that turn the direction of
 * writing; characters that nobody sees could hide a text that only a model reads. The joiners
 * U+200C and U+200D stay, without which some scripts and emoji fall apart.
 */
public final class TerminalEscaper {
  private static final String BIDI_CONTROLS = "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069";
  private static final String INVISIBLE = "\u200b\u2060-\u2064\ufeff\\x{e0000}-\\x{e007f}";
  private static final String UNSAFE = "\\p{Cc}\\x{80}-\\x{9f}" + BIDI_CONTROLS + INVISIBLE;
  private static final Pattern UNSAFE_IN_LINES = Pattern.compile("[" + UNSAFE + "&&[^\\n\\t]]");
  private static final Pattern UNSAFE_IN_LINE = Pattern.compile("[" + UNSAFE + "]");

  private TerminalEscaper() {}

  /** Text of several lines. */
  static String escapeLines(String text) {
    return escape(UNSAFE_IN_LINES, text);
  }

  /** Text that must stay on its line. */
  public static String escapeLine(String text) {
    return escape(UNSAFE_IN_LINE, text);
  }

  private static String escape(Pattern dangerous, String text) {
    return dangerous
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(unicodeEscape(found.group())));
  }

  /** As JSON does it, two escapes for what Java has as two, so that JSON still says the same. */
  private static String unicodeEscape(String character) {
    return character.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
  }
}
