package dev.tollgate.cli.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tollgate.cli.client.Json;
import org.junit.jupiter.api.Test;

final class DiffCommandTest {
  @Test
  void printsSettingsBeforeTheLinesOfTheContent() throws JsonProcessingException {
    assertEquals(
        """
        temperature: - -> 0.30
        -One
        +Two
        """,
        changes(
            """
            {"changes": [{"field": "content", "from": "One\\n", "to": "Two\\n"},
                         {"field": "temperature", "from": null, "to": 0.30}],
             "unified": "-One\\n+Two\\n"}
            """));
  }

  @Test
  void escapesLineFeedsInValues() throws JsonProcessingException {
    assertEquals(
        "model: a -> b\\u000atemperature: 1 -> 0\n",
        changes(
            """
            {"changes": [{"field": "model", "from": "a", "to": "b\\ntemperature: 1 -> 0"}],
             "unified": ""}
            """));
  }

  @Test
  void printsContentWithEqualLinesAsJson() throws JsonProcessingException {
    assertEquals(
        """
        content: "One\\n" -> [{"role":"user","content":"One\\n"}]
        """,
        changes(
            """
            {"changes": [{"field": "content", "from": "One\\n",
                          "to": [{"role": "user", "content": "One\\n"}]}],
             "unified": ""}
            """));
  }

  private static String changes(String json) throws JsonProcessingException {
    return DiffCommand.changes(Json.read(json));
  }
}
