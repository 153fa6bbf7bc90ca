package dev.tollgate.prompt.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PromptContentTest {
  private static final Map<String, Variable> NAME =
      Map.of("name", new Variable(Variable.Type.STRING, true, Optional.empty(), false));
  private static final PromptContent CONTENT =
      content("Hello {{name}}", "claude-haiku-4-5", "0", 100, false);

  /**
   * The SHA-256 of {@code {"cache_scope":"team","cacheable":false,"content":"Hello {{name}}",
   * "max_tokens":100,"model":"claude-haiku-4-5","prompt_caching":"off","temperature":0,
   * "variables":{}}} without the line breaks, by sha256sum.
   */
  private static final String VERSION_HASH =
      "36e8ba0cca85fb5ed57120baa09fcd2db0257e67864333b5bb5d0597bf248866";

  /** {@code printf 'Hello {{name}}' | sha256sum | cut -c1-12}. */
  @Test
  void hashesTheTemplateAsSha256sumDoes() {
    assertEquals("652b7c016734", CONTENT.hash());
  }

  @Test
  void hashesTheVersionOverCanonicalJson() {
    assertEquals(VERSION_HASH, CONTENT.versionHash());
  }

  @Test
  void equalTemperaturesHaveEqualHashes() {
    assertEquals(
        CONTENT.versionHash(),
        content("Hello {{name}}", "claude-haiku-4-5", "0.00", 100, false).versionHash());
  }

  @Test
  void everyComponentChangesTheVersionHash() {
    List<PromptContent> others =
        List.of(
            content("Hello", "claude-haiku-4-5", "0", 100, false),
            content("Hello {{name}}", "claude-sonnet-5", "0", 100, false),
            content("Hello {{name}}", "claude-haiku-4-5", "0.5", 100, false),
            content("Hello {{name}}", "claude-haiku-4-5", "0", 101, false),
            content("Hello {{name}}", "claude-haiku-4-5", "0", 100, true),
            PromptContent.ofText("Hello {{name}}", "claude-haiku-4-5", Optional.empty(), 100),
            with(PromptTemplate.ofText("Hello {{name}}"), NAME, CacheScope.USER, PromptCaching.OFF),
            with(
                PromptTemplate.ofText("Hello {{name}}"),
                Map.of(),
                CacheScope.SHARED,
                PromptCaching.OFF),
            with(
                PromptTemplate.ofText("Hello {{name}}"),
                Map.of(),
                CacheScope.TEAM,
                PromptCaching.ONE_HOUR),
            with(
                new PromptTemplate(
                    List.of(
                        new PromptMessage(
                            PromptMessage.Role.USER, new Template("Hello {{name}}")))),
                Map.of(),
                CacheScope.TEAM,
                PromptCaching.OFF),
            fallingBack("claude-sonnet-4-6", "gpt-4o"),
            fallingBack("gpt-4o", "claude-sonnet-4-6"));

    assertEquals(
        others.size() + 1, 1 + others.stream().map(PromptContent::versionHash).distinct().count());
    others.forEach(other -> assertNotEquals(CONTENT.versionHash(), other.versionHash()));
  }

  @Test
  void limitsFallbacksToOtherModels() {
    assertEquals(CONTENT, fallingBack());
    for (List<String> models :
        List.of(
            List.of("claude-haiku-4-5"),
            List.of("gpt-4o", "gpt-4o"),
            List.of(" "),
            List.of("a", "b", "c", "d"))) {
      assertThrows(
          IllegalArgumentException.class, () -> fallingBack(models.toArray(String[]::new)));
    }
  }

  private static PromptContent fallingBack(String... models) {
    return new PromptContent(
        CONTENT.template(),
        new ModelSettings(
            CONTENT.model(), CONTENT.temperature(), CONTENT.maxTokens(), List.of(models)),
        CONTENT.variables(),
        new CacheSettings(
            CONTENT.cacheable(), CONTENT.cacheScope(), CONTENT.promptCaching(), Optional.empty()));
  }

  @Test
  void semanticCachingIsOffByDefault() {
    SemanticCaching plain = semantic("0.95", Optional.empty(), Optional.empty());
    SemanticCaching longer =
        semantic("0.950", Optional.of(Duration.ofMinutes(60)), Optional.of("name"));

    assertFalse(PromptContentJson.write(CONTENT).has("semantic"));
    assertEquals(
        "{\"threshold\":0.95}", PromptContentJson.write(with(plain)).path("semantic").toString());
    JsonNode settings = PromptContentJson.settings(with(longer));
    assertEquals(
        "{\"threshold\":0.95,\"ttl\":\"1h\",\"variable\":\"name\"}",
        settings.path("semantic").toString());
    assertEquals(
        with(longer).versionHash(),
        PromptContentJson.read(CONTENT.template(), settings).versionHash());
    assertNotEquals(CONTENT.versionHash(), with(plain).versionHash());
    assertNotEquals(with(longer).versionHash(), with(plain).versionHash());
    assertThrows(
        IllegalArgumentException.class,
        () -> with(semantic("0.95", Optional.empty(), Optional.of("unknown"))));
  }

  @ParameterizedTest
  @CsvSource({"90s, 90s", "60s, 1m", "120m, 2h", "24h, 1d", "30d, 30d"})
  void formatsEqualDurationsEqually(String said, String read) {
    assertEquals(read, SemanticCaching.formatTtl(SemanticCaching.ttl(said).orElseThrow()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0s", "1", "1 h", "1w", "31d", "99999999s", "-1s", "1.5h"})
  void rejectsInvalidDurations(String said) {
    assertEquals(Optional.empty(), SemanticCaching.ttl(said));
  }

  private static SemanticCaching semantic(
      String threshold, Optional<Duration> ttl, Optional<String> variable) {
    return new SemanticCaching(new BigDecimal(threshold), ttl, variable);
  }

  private static PromptContent with(SemanticCaching semantic) {
    return new PromptContent(
        CONTENT.template(),
        new ModelSettings(
            CONTENT.model(), CONTENT.temperature(), CONTENT.maxTokens(), CONTENT.fallbacks()),
        CONTENT.variables(),
        new CacheSettings(
            CONTENT.cacheable(),
            CONTENT.cacheScope(),
            CONTENT.promptCaching(),
            Optional.of(semantic)));
  }

  @Test
  void acceptsTemperaturesFromZeroToOne() {
    assertTrue(PromptContent.isValidTemperature(new BigDecimal("0")));
    assertTrue(PromptContent.isValidTemperature(new BigDecimal("1.0")));
    assertFalse(PromptContent.isValidTemperature(new BigDecimal("-0.1")));
    assertFalse(PromptContent.isValidTemperature(new BigDecimal("1.1")));
    // Written out in full, this number would fill the memory.
    assertFalse(PromptContent.isValidTemperature(new BigDecimal("1e-999999999")));
  }

  /** {@code printf '[{"content":"Hi","role":"user"}]' | sha256sum | cut -c1-12}. */
  @Test
  void hashesMessagesOfAChat() {
    PromptContent chat =
        with(
            new PromptTemplate(
                List.of(new PromptMessage(PromptMessage.Role.USER, new Template("Hi")))),
            Map.of(),
            CacheScope.TEAM,
            PromptCaching.OFF);

    assertEquals("557f6d9586f5", chat.hash());
  }

  @Test
  void listsChangedFields() {
    PromptContent other = content("Hello {{name}}!", "claude-haiku-4-5", "0.5", 100, false);

    assertEquals(
        List.of("content", "temperature"),
        PromptContentJson.diff(CONTENT, other).stream()
            .map(PromptContentJson.FieldChange::field)
            .toList());
    assertEquals(List.of(), PromptContentJson.diff(CONTENT, CONTENT));
  }

  @Test
  void limitsCacheBreakpoints() {
    Map<String, Variable> four = new HashMap<>();
    for (String name : List.of("a", "b", "c", "d")) {
      four.put(name, new Variable(Variable.Type.DOCUMENT, true, Optional.empty(), true));
    }

    assertEquals(
        4,
        PromptContent.countCacheBreakpoints(
            with(four, PromptCaching.OFF).variables(), PromptCaching.OFF));
    assertThrows(IllegalArgumentException.class, () -> with(four, PromptCaching.FIVE_MINUTES));
  }

  @Test
  void isCompatibleWithContentOfTheSameVariables() {
    PromptContent named = taking("{{name}}", Map.of());
    Variable cached = new Variable(Variable.Type.STRING, true, Optional.empty(), true);
    assertTrue(named.isCompatibleWith(taking("{{name}}", Map.of("name", cached))), "a mark only");

    Variable optional = new Variable(Variable.Type.STRING, false, Optional.empty(), false);
    assertTrue(taking("{{name}}", Map.of("name", optional)).isCompatibleWith(named));
    assertFalse(named.isCompatibleWith(taking("{{name}}", Map.of("name", optional))), "left out");
    Variable number = new Variable(Variable.Type.NUMBER, true, Optional.empty(), false);
    assertFalse(named.isCompatibleWith(taking("{{name}}", Map.of("name", number))));
    assertFalse(named.isCompatibleWith(taking("{{other}}", Map.of())));
    assertFalse(named.isCompatibleWith(taking("x", Map.of())));

    PromptTemplate asking =
        new PromptTemplate(
            List.of(new PromptMessage(PromptMessage.Role.USER, new Template("{{name}}"))));
    assertFalse(
        named.isCompatibleWith(with(asking, Map.of(), CacheScope.TEAM, PromptCaching.OFF)),
        "callers who ask nothing");
  }

  private static PromptContent taking(String text, Map<String, Variable> variables) {
    return with(PromptTemplate.ofText(text), variables, CacheScope.TEAM, PromptCaching.OFF);
  }

  private static PromptContent with(Map<String, Variable> variables, PromptCaching caching) {
    return with(PromptTemplate.ofText("x"), variables, CacheScope.TEAM, caching);
  }

  private static PromptContent with(
      PromptTemplate template,
      Map<String, Variable> variables,
      CacheScope scope,
      PromptCaching caching) {
    return new PromptContent(
        template,
        new ModelSettings("claude-haiku-4-5", Optional.of(BigDecimal.ZERO), 100, List.of()),
        variables,
        new CacheSettings(false, scope, caching, Optional.empty()));
  }

  private static PromptContent content(
      String text, String model, String temperature, int maxTokens, boolean cacheable) {
    return new PromptContent(
        PromptTemplate.ofText(text),
        new ModelSettings(model, Optional.of(new BigDecimal(temperature)), maxTokens, List.of()),
        Map.of(),
        new CacheSettings(cacheable, CacheScope.TEAM, PromptCaching.OFF, Optional.empty()));
  }
}
