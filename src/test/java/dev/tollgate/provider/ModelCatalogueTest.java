package dev.tollgate.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
  void aDatedModelIsItsUndatedOne(String dated, String undated) {
    assertEquals(undated, models.find(dated).orElseThrow().model());
  }

  @Test
  void listsModelsOfBothProviders() {
    assertEquals("claude-fable-5-1", models.all().getFirst().model());
    assertTrue(models.all().stream().anyMatch(model -> model.provider() == Provider.OPENAI));
  }
}
