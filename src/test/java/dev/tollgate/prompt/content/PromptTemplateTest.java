package dev.tollgate.prompt.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.prompt.content.PromptMessage.Role;
import dev.tollgate.prompt.content.RenderResult.Segment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PromptTemplateTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void rendersValues() {
    PromptTemplate template = PromptTemplate.ofText("Hello {{name}}, {{ name }}: {{topic}}");

    assertEquals(Set.of("name", "topic"), template.variables());
    assertEquals(
        "Hello Ada, Ada: engines",
        text(template.render(Map.of(), json("{'name': 'Ada', 'topic': 'engines'}"), false)));
  }

  @Test
  void doesNotParseValuesAsTemplates() {
    String value = "{{secret}} $1 \\\\ {{name}}";
    assertEquals(
        "{{secret}} $1 \\ {{name}}{{name}}",
        text(
            PromptTemplate.ofText("{{name}}{{secret}}")
                .render(Map.of(), json("{'name': '" + value + "', 'secret': '{{name}}'}"), false)));
  }

  @Test
  void keepsBracesThatAreNotVariables() {
    assertEquals(
        "{{1x}} { {a} } {{}}",
        text(PromptTemplate.ofText("{{1x}} { {a} } {{}}").render(Map.of(), Map.of(), false)));
  }

  @Test
  void reportsMissingUndeclaredAndMistypedValues() {
    PromptTemplate template = PromptTemplate.ofText("{{a}}{{b}}");
    Map<String, Variable> declared = Map.of("b", variable(Variable.Type.NUMBER));

    assertEquals(
        new RenderResult.MissingVariable("b"),
        template.render(declared, json("{'a': 'x'}"), false));
    assertEquals(
        new RenderResult.UndeclaredVariable("c"),
        template.render(declared, json("{'a': 'x', 'b': 1, 'c': 'x'}"), false));
    assertEquals(
        new RenderResult.WrongType("b", Variable.Type.NUMBER),
        template.render(declared, json("{'a': 'x', 'b': '1'}"), false));
    assertEquals(
        new RenderResult.WrongType("a", Variable.Type.STRING),
        template.render(declared, json("{'a': 1, 'b': 1}"), false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "STRING|'text'|text",
        "NUMBER|1.5|1.5",
        "BOOLEAN|true|true",
        "LIST|['a', 2, false]|- a/- 2/- false",
        "LIST|[]|``",
        "DOCUMENT|'text'|text",
        "DOCUMENT|['one', 'two']|one//two"
      })
  void formatsValuesByType(Variable.Type type, String value, String text) {
    assertEquals(
        text.replace('/', '\n') + ".",
        text(
            PromptTemplate.ofText("{{a}}.")
                .render(Map.of("a", variable(type)), json("{'a': " + value + "}"), false)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "STRING|1",
        "STRING|['a']",
        "NUMBER|'1'",
        "NUMBER|1e999999",
        "NUMBER|9007199254740993",
        "BOOLEAN|'true'",
        "LIST|'a'",
        "LIST|[['a']]",
        "LIST|[null]",
        "DOCUMENT|5",
        "DOCUMENT|[1]",
        "DOCUMENT|{}"
      })
  void rejectsValuesOfAnotherType(Variable.Type type, String value) {
    assertEquals(
        new RenderResult.WrongType("a", type),
        PromptTemplate.ofText("{{a}}")
            .render(Map.of("a", variable(type)), json("{'a': " + value + "}"), false));
  }

  @Test
  void optionalVariablesCanBeOmitted() {
    Map<String, Variable> declared =
        Map.of(
            "a", new Variable(Variable.Type.STRING, false, Optional.empty(), false),
            "b",
                new Variable(
                    Variable.Type.STRING, false, Optional.of(JSON.valueToTree("else")), false));

    assertEquals(
        "[][else]",
        text(PromptTemplate.ofText("[{{a}}][{{b}}]").render(declared, Map.of(), false)));
  }

  @Test
  void defaultMustMatchType() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Variable(Variable.Type.NUMBER, false, Optional.of(JSON.valueToTree("x")), false));
  }

  @Test
  void setsBreakpointAfterStablePrefix() {
    PromptTemplate template = PromptTemplate.ofText("Stable. {{a}} and {{b}}.");

    assertEquals(
        List.of(new Segment("Stable. ", true), new Segment("1 and 2.", false)),
        segments(template.render(Map.of(), json("{'a': '1', 'b': '2'}"), true)));
    assertEquals(
        List.of(new Segment("Stable. 1 and 2.", false)),
        segments(template.render(Map.of(), json("{'a': '1', 'b': '2'}"), false)));
    assertEquals(
        List.of(new Segment("All of it.", true)),
        segments(PromptTemplate.ofText("All of it.").render(Map.of(), Map.of(), true)));
    assertEquals(
        List.of(new Segment(" 1.", false)),
        segments(PromptTemplate.ofText(" {{a}}.").render(Map.of(), json("{'a': '1'}"), true)));
  }

  @Test
  void setsOneBreakpointPerDocument() {
    PromptTemplate template = PromptTemplate.ofText("Use {{doc}} and {{doc}} for {{q}}");
    Map<String, Variable> declared =
        Map.of("doc", new Variable(Variable.Type.DOCUMENT, true, Optional.empty(), true));

    assertEquals(
        List.of(
            new Segment("Use ", true), new Segment("D", true), new Segment(" and D for Q", false)),
        segments(template.render(declared, json("{'doc': 'D', 'q': 'Q'}"), true)));
  }

  @Test
  void stablePrefixCanEndBetweenMessages() {
    PromptTemplate template =
        new PromptTemplate(List.of(message(Role.SYSTEM, "Stable."), message(Role.USER, "{{q}}")));
    RenderResult.Rendered rendered =
        (RenderResult.Rendered) template.render(Map.of(), json("{'q': 'Q'}"), true);

    assertEquals(List.of(new Segment("Stable.", true)), rendered.messages().getFirst().segments());
    assertEquals(List.of(new Segment("Q", false)), rendered.messages().getLast().segments());
  }

  @Test
  void systemTextEqualsChatOfOneMessage() {
    assertEquals(
        PromptTemplate.ofText("a\nb"), new PromptTemplate(List.of(message(Role.SYSTEM, "a\r\nb"))));
    assertFalse(PromptTemplate.ofText("a").endsWithUserMessage());
    assertTrue(new PromptTemplate(List.of(message(Role.USER, "a"))).endsWithUserMessage());
  }

  @Test
  void validatesOrderOfRoles() {
    assertThrows(IllegalArgumentException.class, () -> new PromptTemplate(List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PromptTemplate(List.of(message(Role.USER, "a"), message(Role.SYSTEM, "b"))));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PromptTemplate(List.of(message(Role.SYSTEM, "a"), message(Role.ASSISTANT, "b"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n"})
  void rejectsBlankText(String text) {
    assertThrows(IllegalArgumentException.class, () -> PromptTemplate.ofText(text));
  }

  private static PromptMessage message(Role role, String text) {
    return new PromptMessage(role, new Template(text));
  }

  private static Variable variable(Variable.Type type) {
    return new Variable(type, true, Optional.empty(), false);
  }

  private static String text(RenderResult rendering) {
    return ((RenderResult.Rendered) rendering).messages().getFirst().text();
  }

  private static List<Segment> segments(RenderResult rendering) {
    return ((RenderResult.Rendered) rendering).messages().getFirst().segments();
  }

  private static Map<String, JsonNode> json(String object) {
    try {
      Map<String, JsonNode> values = new HashMap<>();
      JSON.reader()
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .readTree(object.replace('\'', '"'))
          .properties()
          .forEach(field -> values.put(field.getKey(), field.getValue()));
      return values;
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
