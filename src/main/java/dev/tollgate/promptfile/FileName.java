package dev.tollgate.promptfile;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a file in a prompts folder is by its name alone. */
record FileName(String prompt, Part part) {
  private static final Pattern SHAPE =
      Pattern.compile(
          "(?<prompt>[a-z][a-z0-9_-]{0,62})"
              + "(?:\\.v(?<version>[1-9][0-9]{0,8})|\\.(?<kind>tests|heldout))?"
              + "\\.(?<ending>txt|yaml)");

  /** What a file is to its prompt. */
  sealed interface Part {
    record Current() implements Part {}

    record Archived(int version) implements Part {}

    record Suite() implements Part {}

    record HeldOut() implements Part {}
  }

  /** Empty for a file that is none of a prompt's. */
  static Optional<FileName> parse(String name) {
    Matcher shape = SHAPE.matcher(name);
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
    Part part =
        kind.<Part>map(it -> it.equals("tests") ? new Part.Suite() : new Part.HeldOut())
            .orElseGet(
                () ->
                    version.isPresent()
                        ? new Part.Archived(version.getAsInt())
                        : new Part.Current());
    return Optional.of(new FileName(shape.group("prompt"), part));
  }

  static boolean hasFrontMatter(String name) {
    return name.endsWith(".yaml");
  }
}
