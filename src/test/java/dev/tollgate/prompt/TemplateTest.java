package dev.tollgate.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.prompt.Template.Rendering;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TemplateTest {
  @Test
  void putsValuesIntoTheirPlaces() {
    Template template = new Template("Hello {{name}}, {{ name }}: {{topic}}");

    assertEquals(Set.of("name", "topic"), template.variables());
    assertEquals(
        new Rendering.Rendered("Hello Ada, Ada: engines"),
        template.render(Map.of("name", "Ada", "topic", "engines")));
  }

  @Test
  void neverReadsAValueAsTemplate() {
    assertEquals(
        new Rendering.Rendered("{{secret}} $1 \\ {{name}}"),
        new Template("{{name}}").render(Map.of("name", "{{secret}} $1 \\ {{name}}")));
  }

  @Test
  void namesAVariableWithoutAValue() {
    assertEquals(new Rendering.Missing("b"), new Template("{{a}}{{b}}").render(Map.of("a", "1")));
  }

  @Test
  void namesAValueWithoutAVariable() {
    assertEquals(new Rendering.Undeclared("a"), new Template("text").render(Map.of("a", "1")));
  }

  @Test
  void leavesBracesThatAreNoPlace() {
    assertEquals(
        new Rendering.Rendered("{{1x}} { {a} } {{}}"),
        new Template("{{1x}} { {a} } {{}}").render(Map.of()));
  }

  @Test
  void normalisesLineEndings() {
    assertEquals(new Template("a\nb\nc"), new Template("a\r\nb\rc"));
  }

  @Test
  void needsText() {
    assertThrows(IllegalArgumentException.class, () -> new Template(" \n"));
  }
}
