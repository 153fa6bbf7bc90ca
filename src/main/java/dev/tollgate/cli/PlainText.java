package dev.tollgate.cli;

import java.util.regex.Pattern;

/**
 * Makes text from elsewhere safe for a terminal. An escape sequence in a prompt or in somebody's
 * note could otherwise rewrite what the reader sees, and so could marks that turn the direction of
 * writing.
 */
final class PlainText {
  private static final String TURNING = "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069";
  private static final Pattern IN_LINES =
      Pattern.compile("[\\p{Cc}\\x{80}-\\x{9f}" + TURNING + "&&[^\\n\\t]]");
  private static final Pattern IN_A_LINE =
      Pattern.compile("[\\p{Cc}\\x{80}-\\x{9f}" + TURNING + "]");

  private PlainText() {}

  /** Text of several lines. */
  static String lines(String text) {
    return escape(IN_LINES, text);
  }

  /** Text that must stay on its line. */
  static String line(String text) {
    return escape(IN_A_LINE, text);
  }

  // The same escapes as JSON's, so that escaped JSON still says the same.
  private static String escape(Pattern dangerous, String text) {
    return dangerous
        .matcher(text)
        .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
  }
}
