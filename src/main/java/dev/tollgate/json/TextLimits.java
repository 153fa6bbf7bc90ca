package dev.tollgate.json;

import java.util.regex.Pattern;

/** Makes texts from outside fit for a store. */
public final class TextLimits {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private TextLimits() {}

  /** Replaces each control character by a question mark: PostgreSQL cannot hold a NUL. */
  public static String replaceControls(String text) {
    return CONTROL.matcher(text).replaceAll("?");
  }

  /** Returns the beginning of a text: at most that many chars, and no half of a surrogate pair. */
  public static String truncate(String text, int maxLength) {
    if (text.length() <= maxLength) {
      return text;
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(maxLength - 1));
    return text.substring(0, splitsPair ? maxLength - 1 : maxLength);
  }
}
