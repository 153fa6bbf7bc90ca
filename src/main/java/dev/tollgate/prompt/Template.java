package dev.tollgate.prompt;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prompt text with {@code {{variable}}} places. Line endings are normalised to {@code \n}, so that
 * the same file gives the same hash on every machine.
 */
public record Template(String text) {
  private static final Pattern PLACE = Pattern.compile("\\{\\{\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*}}");

  public Template {
    text = text.replace("\r\n", "\n").replace('\r', '\n');
    if (text.isBlank()) {
      throw new IllegalArgumentException("a template needs text");
    }
  }

  /** The variables that the text names, in order of first appearance. */
  public Set<String> variables() {
    Set<String> names = new LinkedHashSet<>();
    Matcher places = PLACE.matcher(text);
    while (places.find()) {
      names.add(places.group(1));
    }
    return names;
  }

  /** Puts values into their places. A value is never read as a template itself. */
  public Rendering render(Map<String, String> values) {
    Set<String> declared = variables();
    for (String name : values.keySet()) {
      if (!declared.contains(name)) {
        return new Rendering.Undeclared(name);
      }
    }
    for (String name : declared) {
      if (!values.containsKey(name)) {
        return new Rendering.Missing(name);
      }
    }
    String rendered =
        PLACE
            .matcher(text)
            .replaceAll(place -> Matcher.quoteReplacement(values.get(place.group(1))));
    return new Rendering.Rendered(rendered);
  }

  /** What came of rendering a template. */
  public sealed interface Rendering {
    record Rendered(String text) implements Rendering {}

    /** The template names a variable that got no value. */
    record Missing(String variable) implements Rendering {}

    /** A value was given for a variable that the template does not name. */
    record Undeclared(String variable) implements Rendering {}
  }
}
