package dev.tollgate.promptfile;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The prompt and the kind of a file, parsed from its name. */
record PromptFileName(String prompt, Kind kind) {
  private static final Pattern PATTERN =
      Pattern.compile(
          "(?<prompt>[a-z][a-z0-9_-]{0,62})"
              + "(?:\\.v(?<version>[1-9][0-9]{0,8})|\\.(?<kind>tests|heldout))?"
              + "\\.(?<ending>txt|yaml)");

  /** The role of a file for its prompt. */
  sealed interface Kind {
    record Current() implements Kind {}

    record Archived(int version) implements Kind {}

    record Suite() implements Kind {}

    record HeldOut() implements Kind {}
  }

  /** Empty if the file does not belong to a prompt. */
  static Optional<PromptFileName> parse(String name) {
    Matcher shape = PATTERN.matcher(name);
    if (name.equals(PromptDirectory.DEFAULTS) || !shape.matches()) {
      return Optional.empty();
    }
    OptionalInt version =
        shape.group("version") == null
            ? OptionalInt.empty()
            : OptionalInt.of(Integer.parseInt(shape.group("version")));
    Optional<String> kind = Optional.ofNullable(shape.group("kind"));
    if (kind.isPresent() && !shape.group("ending").equals("yaml")) {
      return Optional.empty();
    }
    Kind part =
        kind.<Kind>map(it -> it.equals("tests") ? new Kind.Suite() : new Kind.HeldOut())
            .orElseGet(
                () ->
                    version.isPresent()
                        ? new Kind.Archived(version.getAsInt())
                        : new Kind.Current());
    return Optional.of(new PromptFileName(shape.group("prompt"), part));
  }

  static boolean hasFrontMatter(String name) {
    return name.endsWith(".yaml");
  }
}
