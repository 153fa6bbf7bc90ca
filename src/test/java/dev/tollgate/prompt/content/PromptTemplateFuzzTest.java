package dev.tollgate.prompt.content;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Renders a template with values, of which the fuzzer writes both: the texts of an input are set
 * apart by {@code \0}, and the first is the template.
 */
final class PromptTemplateFuzzTest {
  private static final Pattern AROUND = Pattern.compile("\\A\\s+|\\s+\\z");

  @FuzzTest
  void doesNotParseValuesAsTemplates(byte[] texts) {
    List<String> parts = List.of(new String(texts, StandardCharsets.UTF_8).split("\0", -1));
    if (parts.getFirst().isBlank()) {
      return;
    }
    Template template = new Template(parts.getFirst());
    List<String> names = new ArrayList<>(template.variables());
    Map<String, JsonNode> values = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      values.put(names.get(i), TextNode.valueOf(i + 1 < parts.size() ? parts.get(i + 1) : "{{a}}"));
    }

    String expected = substituted(template, values);

    // A system text of nothing but blanks is none.
    assertEquals(expected.isBlank() ? "" : expected, rendered(template, values, false));
    assertEquals(rendered(template, values, false), rendered(template, values, true));
  }

  @FuzzTest
  void templateEqualsItsParts(byte[] text) {
    String all = new String(text, StandardCharsets.UTF_8);
    if (all.isBlank()) {
      return;
    }
    Template template = new Template(all);

    assertEquals(
        template.variables(),
        new Template(
                template.variables().stream()
                    .map(name -> "{{" + name + "}}")
                    .collect(Collectors.joining("", "-", "")))
            .variables());
    assertEquals(template, new Template(template.text()));
  }

  /** The text with each place cut out and a value put in, from its end to its beginning. */
  private static String substituted(Template template, Map<String, JsonNode> values) {
    StringBuilder text = new StringBuilder(template.text());
    for (int end = text.lastIndexOf("}}"); end >= 0; end = text.lastIndexOf("}}", end - 1)) {
      int begin = text.lastIndexOf("{{", end);
      if (begin >= 0) {
        String name = AROUND.matcher(text.substring(begin + 2, end)).replaceAll("");
        if (Variable.isValidName(name)) {
          text.replace(begin, end + 2, requireNonNull(values.get(name)).textValue());
          // What was put in is not looked at.
          end = begin - 1;
        }
      }
    }
    return text.toString();
  }

  private static String rendered(Template template, Map<String, JsonNode> values, boolean caching) {
    PromptTemplate prompt =
        new PromptTemplate(List.of(new PromptMessage(PromptMessage.Role.SYSTEM, template)));
    RenderResult.Rendered rendered =
        assertInstanceOf(RenderResult.Rendered.class, prompt.render(Map.of(), values, caching));
    return rendered.messages().getFirst().text();
  }
}
