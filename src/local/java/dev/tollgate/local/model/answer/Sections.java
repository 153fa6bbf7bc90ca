package dev.tollgate.local.model.answer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a prompt apart into its marked sections and the rest. Sections are marked by tags ({@code
 * <context>}), by labels ({@code Context:}), by a line that announces them ("Use this context:")
 * or, when the whole text is a JSON object, by keys.
 *
 * <p>Tags are taken out first and whole: what stands between {@code <context>} tags is data, so a
 * label or an instruction in there means nothing.
 */
final class Sections {
  enum Kind {
    SOURCE(
        "contexts?|documents?|sources?|passages?|references?|reference text|background|knowledge"
            + "|knowledge[ _]base|handbook|excerpts?|articles?|search[ _]results"),
    QUESTION("question|query|user[ _]question|user[ _]query"),
    ANSWER("answer|response|output|completion|candidate|submission|model[ _]answer"),
    CLAIMS("claims?|statements?"),
    /** Only as keys: as labels, these words begin many a list. */
    COMPARED("first|second"),
    RUBRIC("rubric|criteria|criterion|requirement"),
    INSTRUCTIONS("instructions?|rules?|task|guidelines");

    private final String names;

    Kind(String names) {
      this.names = names;
    }

    static Optional<Kind> ofName(String name) {
      String lower = name.toLowerCase(Locale.ROOT);
      for (Kind kind : values()) {
        if (lower.matches(kind.names)) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }

  private static final String ANY_NAME =
      String.join(
          "|",
          Kind.SOURCE.names,
          Kind.QUESTION.names,
          Kind.ANSWER.names,
          Kind.CLAIMS.names,
          Kind.RUBRIC.names,
          Kind.INSTRUCTIONS.names);
  private static final Pattern TAGGED =
      Pattern.compile(
          "<(" + ANY_NAME + ")(?:\\s[^>]*)?>(.*?)</\\1\\s*>",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern LABEL =
      Pattern.compile(
          "^[ \\t]*#+[ \\t]*(?<heading>"
              + ANY_NAME
              + ")[ \\t]*:?[ \\t]*$"
              + "|^[ \\t]*\\**(?<label>"
              + ANY_NAME
              + ")\\**[ \\t]*:\\**"
              + "|(?<=[.?!] )(?<inline>question|query):"
              + "|^(?<announced>[^\\n]*\\b(?:"
              + Kind.SOURCE.names
              + ")\\b[^\\n]{0,80}:)[ \\t]*$",
          Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  /** Stands where a tagged section stood; it ends a labelled one. */
  private static final String SECTION_BREAK = "\n\u0000\n";

  private final Map<Kind, List<String>> sections = new EnumMap<>(Kind.class);
  private final StringBuilder remainder = new StringBuilder();

  private Sections() {}

  static Sections of(String text) {
    Sections sections = new Sections();
    Optional<JsonNode> json =
        text.stripLeading().startsWith("{") ? Json.parse(text) : Optional.empty();
    if (json.isPresent()) {
      sections.extractKeys(json.get());
    } else {
      sections.extractLabels(sections.extractTags(text));
    }
    return sections;
  }

  List<String> of(Kind kind) {
    return sections.getOrDefault(kind, List.of());
  }

  /** Returns what belongs to no section: instructions, or a question asked plainly. */
  String remainder() {
    return remainder.toString().strip();
  }

  private void extractKeys(JsonNode json) {
    json.properties()
        .forEach(
            entry -> {
              JsonNode value = entry.getValue();
              String text = value.isTextual() ? value.asText() : Json.write(value);
              Kind.ofName(entry.getKey())
                  .ifPresentOrElse(kind -> add(kind, text), () -> addToRemainder(text));
            });
  }

  private String extractTags(String text) {
    Matcher tagged = TAGGED.matcher(text);
    StringBuilder remaining = new StringBuilder();
    while (tagged.find()) {
      String body = tagged.group(2);
      Kind.ofName(tagged.group(1)).ifPresent(kind -> add(kind, body));
      tagged.appendReplacement(remaining, SECTION_BREAK);
    }
    return tagged.appendTail(remaining).toString();
  }

  private void extractLabels(String text) {
    int from = 0;
    Optional<Kind> open = Optional.empty();
    Matcher label = LABEL.matcher(text);
    while (label.find()) {
      String name = firstGroup(label);
      Optional<Kind> next = Kind.ofName(name).or(() -> Optional.of(Kind.SOURCE));
      endSection(open, text.substring(from, label.start()));
      if (label.group("announced") != null) {
        addToRemainder(name);
      }
      from = label.end();
      open = next;
    }
    endSection(open, text.substring(from));
  }

  private static String firstGroup(Matcher label) {
    for (String group : List.of("heading", "label", "inline", "announced")) {
      String name = label.group(group);
      if (name != null) {
        return name;
      }
    }
    throw new AssertionError("one alternative matched");
  }

  private void endSection(Optional<Kind> open, String text) {
    if (open.isEmpty()) {
      addToRemainder(text);
      return;
    }
    int end = text.indexOf('\u0000');
    String body = end < 0 ? text : text.substring(0, end);
    addToRemainder(end < 0 ? "" : text.substring(end));
    if (open.get() == Kind.SOURCE) {
      body = withoutTrailingInstructions(body);
    }
    add(open.get(), body);
  }

  /**
   * A template often continues after its context without another label: "Context: ... Answer only
   * from the context." The first paragraph that reads as such an instruction, or a question that
   * ends the text, ends the context.
   */
  private String withoutTrailingInstructions(String body) {
    List<String> kept = new ArrayList<>();
    List<String> dropped = new ArrayList<>();
    String[] paragraphs = body.strip().split("\\n[ \\t]*\\n", -1);
    for (int i = 0; i < paragraphs.length; i++) {
      String paragraph = paragraphs[i];
      boolean closingQuestion =
          i > 0 && i == paragraphs.length - 1 && paragraph.strip().endsWith("?");
      if (!dropped.isEmpty() || closingQuestion || Grounding.isRequiredBy(paragraph)) {
        dropped.add(paragraph);
      } else {
        kept.add(paragraph);
      }
    }
    addToRemainder(String.join("\n\n", dropped));
    return String.join("\n\n", kept);
  }

  private void add(Kind kind, String text) {
    if (text.isBlank()) {
      return;
    }
    if (kind == Kind.INSTRUCTIONS) {
      addToRemainder(text);
    } else {
      sections.computeIfAbsent(kind, _ -> new ArrayList<>()).add(text.strip());
    }
  }

  private void addToRemainder(String text) {
    String plain = text.replace("\u0000", "").strip();
    if (!plain.isEmpty()) {
      remainder.append(plain).append("\n\n");
    }
  }
}
