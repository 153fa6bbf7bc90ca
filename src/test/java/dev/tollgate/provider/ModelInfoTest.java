package dev.tollgate.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.anthropic.MessagesJson;
import dev.tollgate.provider.openai.ChatJson;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelInfoTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ModelCatalogue models = ModelCatalogue.load();

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "claude-haiku-4-5, `\"temperature\": 0, \"top_k\": 3`, ``",
        "claude-opus-4-6, `\"temperature\": 0`, ``",
        "claude-opus-4-7, `\"temperature\": 0, \"top_p\": 0.5, \"top_k\": 3`, `temperature top_p"
            + " top_k`",
        "claude-opus-4-7-20260101, `\"temperature\": 0`, `temperature`",
        "claude-sonnet-5, `\"temperature\": 1`, `temperature`",
        "claude-haiku-5-5, `\"top_k\": 1`, `top_k`",
        "claude-fable-5-1, `\"stop_sequences\": [\"x\"]`, ``",
        "claude-unheard-of, `\"temperature\": 0, \"top_k\": 3`, ``",
        "claude-opus-5, `\"thinking\": {\"type\": \"enabled\", \"budget_tokens\": 2048}`,"
            + " `thinking`",
        "claude-opus-5, `\"thinking\": {\"type\": \"disabled\"}`, ``",
        "claude-opus-5-5, `\"thinking\": {\"type\": \"disabled\"}`, `thinking`",
        "claude-sonnet-5-5, `\"thinking\": {\"type\": \"between_tools\"}`, ``",
        "claude-haiku-4-5, `\"thinking\": {\"type\": \"adaptive\"}`, `thinking`",
        "claude-haiku-4-5, `\"thinking\": {\"type\": \"enabled\", \"budget_tokens\": 2048}`, ``",
        "gpt-4o, `\"temperature\": 0, \"logit_bias\": {}`, ``",
        "gpt-5, `\"temperature\": 0, \"top_p\": 1, \"logprobs\": true`, `temperature top_p`",
        "gpt-5, `\"temperature\": 0, \"reasoning_effort\": \"none\"`, `temperature`",
        "gpt-5.4, `\"temperature\": 0`, ``",
        "gpt-5.4, `\"temperature\": 0, \"reasoning_effort\": null`, ``",
        "gpt-5.4, `\"temperature\": 0, \"reasoning_effort\": \"low\"`, `temperature`",
        "gpt-6-sol, `\"temperature\": 0`, `temperature`",
        "gpt-6-sol, `\"temperature\": 0, \"reasoning_effort\": \"none\"`, ``"
      })
  void dropsParametersThatTheModelRejects(String model, String fields, String dropped)
      throws JsonProcessingException {
    ModelRequest request = request(model, fields);
    AdaptedRequest fitted = models.adapt(request);

    List<String> names = dropped.isEmpty() ? List.of() : List.of(dropped.split(" ", -1));
    assertEquals(names, fitted.droppedFields());
    if (names.isEmpty()) {
      assertSame(request, fitted.request());
    } else {
      assertEquals(request.withoutFields(Set.copyOf(names)), fitted.request());
      assertFalse(names.contains("temperature") && fitted.request().temperature().isPresent());
      names.forEach(name -> assertFalse(fitted.request().otherFields().has(name)));
    }
  }

  @Test
  void doesNotChangeTheRequest() throws JsonProcessingException {
    ModelRequest request = request("claude-opus-5", "\"temperature\": 0, \"top_k\": 3");
    models.adapt(request);

    assertTrue(request.temperature().isPresent());
    assertTrue(request.otherFields().has("top_k"));
  }

  @Test
  void everySuccessorIsACurrentModelOfTheSameProvider() {
    for (ModelInfo facts : models.all()) {
      Set<String> seen = new HashSet<>(Set.of(facts.model()));
      for (Optional<String> next = facts.successor(); next.isPresent(); ) {
        assertTrue(seen.add(next.get()), facts.model());
        ModelInfo successor = models.find(next.get()).orElseThrow();
        assertEquals(facts.provider(), successor.provider());
        assertTrue(
            successor
                .retirementDate()
                .map(date -> date.isAfter(facts.retirementDate().orElseThrow()))
                .orElse(true));
        next = successor.successor();
      }
    }
  }

  @Test
  void modelIsRetiredFromItsDate() {
    ModelInfo opus = models.find("claude-opus-4-1").orElseThrow();

    assertFalse(opus.isRetired(LocalDate.parse("2026-08-04")));
    assertTrue(opus.isRetired(LocalDate.parse("2026-08-05")));
    assertFalse(models.find("claude-opus-5").orElseThrow().isRetired(LocalDate.MAX));
  }

  private ModelRequest request(String model, String fields) throws JsonProcessingException {
    ObjectNode body =
        (ObjectNode)
            JSON.readTree(
                """
                {"model": "%s", "max_tokens": 9,
                 "messages": [{"role": "user", "content": "Hello?"}], %s}
                """
                    .formatted(model, fields));
    ParseResult reading =
        switch (models.provider(model)) {
          case ANTHROPIC -> MessagesJson.parseRequest(body, Optional.empty(), Optional.empty());
          case OPENAI -> ChatJson.parseRequest(body);
        };
    return switch (reading) {
      case ParseResult.Parsed(ModelRequest request) -> request;
      case ParseResult.Invalid invalid -> throw new AssertionError(invalid);
    };
  }

  @ParameterizedTest
  @CsvSource({"x, 3071, true", "x, 3072, false", "語, 1023, true", "語, 1024, false"})
  void estimatesPromptLengthGenerously(String character, int length, boolean tooShort) {
    ModelInfo facts =
        new ModelInfo(
            Provider.ANTHROPIC,
            "m",
            1024,
            4.5,
            SamplingSupport.ALWAYS,
            Set.of(),
            Optional.empty(),
            Optional.empty(),
            ModelLimits.MAX);

    assertEquals(tooShort, facts.isTooShortToCache(character.repeat(length)));
  }
}
