package dev.tollgate.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.anthropic.MessagesJson;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelCatalogueTest {
  private final ModelCatalogue models = ModelCatalogue.load();

  @ParameterizedTest
  @CsvSource({
    "claude-haiku-4-5, ANTHROPIC",
    "gpt-4o, OPENAI",
    "gpt-99, OPENAI",
    "o3, OPENAI",
    "o4-mini-2025-04-16, OPENAI",
    "chatgpt-4o-latest, OPENAI",
    "ft:gpt-4o:acme::1, OPENAI",
    "o30, ANTHROPIC",
    "something-new, ANTHROPIC"
  })
  void everyModelHasAProvider(String model, Provider provider) {
    assertEquals(provider, models.provider(model));
  }

  @ParameterizedTest
  @CsvSource({
    "claude-haiku-4-5-20251001, claude-haiku-4-5",
    "gpt-4o-2024-08-06, gpt-4o",
    "gpt-4o, gpt-4o"
  })
  void datedModelIsItsUndatedOne(String dated, String undated) {
    assertEquals(undated, models.find(dated).orElseThrow().model());
  }

  @Test
  void estimatesTextWithoutImages() throws IOException {
    String body =
        """
        {"model": "m", "max_tokens": 9, "system": "1234", "messages": [
          {"role": "user", "content": [
            {"type": "text", "text": "1234", "cache_control": {"type": "ephemeral"}},
            {"type": "document", "source": {"type": "text", "data": "12345678"}},
            {"type": "document", "source": {"type": "base64", "data": "JVBERi0xLjcKJeLjz9MK"}},
            {"type": "image", "source": {"type": "url", "url": "https://example.com/1.png"}}]},
          {"role": "assistant", "content": [
            {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {"at": "1234"}}]},
          {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "toolu_1", "content": "1234"}]}],
          "tools": [{"name": "look", "description": "12345678"}]}
        """;
    ParseResult.Parsed read =
        assertInstanceOf(
            ParseResult.Parsed.class,
            MessagesJson.parseRequest(
                (ObjectNode) new ObjectMapper().readTree(body),
                Optional.empty(),
                Optional.empty()));

    assertEquals(new Usage(10, 0, 0, 0, 0, 0), models.estimateUsage(read.request()));
  }

  @Test
  void listsModelsOfBothProviders() {
    assertEquals("claude-fable-5-2", models.all().getFirst().model());
    assertTrue(models.all().stream().anyMatch(model -> model.provider() == Provider.OPENAI));
  }
}
