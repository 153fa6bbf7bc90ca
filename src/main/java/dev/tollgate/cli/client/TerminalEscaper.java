package dev.tollgate.cli.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Escapes untrusted text for a terminal. Escape sequences and bidirectional controls in a prompt or
 * a note could change what the reader sees. Invisible characters could hide text that only a model
 * reads. The joiners U+200C and U+200D stay, because some scripts and emoji need them.
 */
public final class TerminalEscaper {
  private static final String BIDI_CONTROLS = "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069";
  private static final String INVISIBLE = "\u200b\u2060-\u2064\ufeff\\x{e0000}-\\x{e007f}";
  private static final String UNSAFE = "\\p{Cc}\\x{80}-\\x{9f}" + BIDI_CONTROLS + INVISIBLE;
  private static final Pattern UNSAFE_IN_LINES = Pattern.compile("[" + UNSAFE + "&&[^\\n\\t]]");
  private static final Pattern UNSAFE_IN_LINE = Pattern.compile("[" + UNSAFE + "]");

  private TerminalEscaper() {}

  /** Escapes text of several lines. */
  static String escapeLines(String text) {
    return escape(UNSAFE_IN_LINES, text);
  }

  /** Escapes text that must stay on one line. */
  public static String escapeLine(String text) {
    return escape(UNSAFE_IN_LINE, text);
  }

  private static String escape(Pattern unsafe, String text) {
    return unsafe
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(unicodeEscape(found.group())));
  }

  /** Escapes each UTF-16 unit as JSON does, so that JSON keeps its meaning. */
  private static String unicodeEscape(String character) {
    return character.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
  }
}
