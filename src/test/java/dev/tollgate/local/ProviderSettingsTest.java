package dev.tollgate.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProviderSettingsTest {
  @Test
  void simulatesEachProviderWithoutItsVariables() {
    Map<String, String> environment = Map.of("OPENAI_API_KEY", "sk-1", "ANTHROPIC_API_KEY", " ");

    assertFalse(ProviderSettings.of("ANTHROPIC", environment).isReal());
    assertTrue(ProviderSettings.of("OPENAI", environment).isReal());
    assertEquals(Optional.of("sk-1"), ProviderSettings.of("OPENAI", environment).key());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://localhost:8000", "http://localhost:8000/v1", "http://localhost:8000/v1/"})
  void acceptsBaseUrlsWithVersionSuffix(String url) {
    assertEquals(
        Optional.of(URI.create("http://localhost:8000")),
        ProviderSettings.of("OPENAI", Map.of("OPENAI_BASE_URL", url)).baseUrl());
  }
}
