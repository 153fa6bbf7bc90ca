package dev.tollgate.prompt.content;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with variables, written {@code {{variable}}}. Line endings are normalised to {@code \n},
 * so that a file has the same hash on every machine.
 */
public record Template(String text) {
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\{\\s*(" + Variable.NAME_REGEX + ")\\s*}}");

  public Template {
    text = text.replace("\r\n", "\n").replace('\r', '\n');
    if (text.isBlank()) {
      throw new IllegalArgumentException("a template needs text");
    }
  }

  /** The variables of the text, in order of first appearance. */
  public Set<String> variables() {
    Set<String> names = new LinkedHashSet<>();
    Matcher places = PLACEHOLDER.matcher(text);
    while (places.find()) {
      names.add(places.group(1));
    }
    return names;
  }

  /** The texts and variables in turn. */
  List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    Matcher places = PLACEHOLDER.matcher(text);
    int from = 0;
    while (places.find()) {
      if (places.start() > from) {
        parts.add(new Part.Literal(text.substring(from, places.start())));
      }
      parts.add(new Part.Placeholder(places.group(1)));
      from = places.end();
    }
    if (from < text.length()) {
      parts.add(new Part.Literal(text.substring(from)));
    }
    return parts;
  }

  sealed interface Part {
    record Literal(String text) implements Part {}

    record Placeholder(String variable) implements Part {}
  }
}
