package dev.tollgate.prompt;

import java.util.Optional;
import java.util.regex.Pattern;

/** A reference to a version. */
public sealed interface VersionRef {
  Pattern DIGITS = Pattern.compile("[1-9][0-9]{0,8}");

  /** The active version. */
  record Production() implements VersionRef {}

  /** The newest version. */
  record Latest() implements VersionRef {}

  /** The version with that number. */
  record Number(int number) implements VersionRef {}

  /** The version that the label points to. */
  record Labelled(Label label) implements VersionRef {}

  /** Reads {@code production}, {@code latest}, a number or a label. */
  static Optional<VersionRef> parse(String text) {
    if (text.equals("production")) {
      return Optional.of(new Production());
    }
    if (text.equals("latest")) {
      return Optional.of(new Latest());
    }
    if (DIGITS.matcher(text).matches()) {
      return Optional.of(new Number(Integer.parseInt(text)));
    }
    return Label.isValid(text) ? Optional.of(new Labelled(new Label(text))) : Optional.empty();
  }
}
