package dev.tollgate.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PromptContentTest {
  private static final PromptContent CONTENT =
      content("Hello {{name}}", "claude-haiku-4-5", "0", 100, false);

  /**
   * The SHA-256 of {@code {"cacheable":false,"max_tokens":100,"model":"claude-haiku-4-5",
   * "temperature":0,"template":"Hello {{name}}"}} without the line break, by sha256sum.
   */
  private static final String VERSION_HASH =
      "c0a48e852bfeedf9bdaef901be6482b3f615f541fe41648362a89b91ed6608c6";

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
  void doesNotTellEqualTemperaturesApart() {
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
            new PromptContent(
                new Template("Hello {{name}}"), "claude-haiku-4-5", Optional.empty(), 100, false));

    assertEquals(
        others.size() + 1, 1 + others.stream().map(PromptContent::versionHash).distinct().count());
    others.forEach(other -> assertNotEquals(CONTENT.versionHash(), other.versionHash()));
  }

  @Test
  void takesTemperaturesFromZeroToOne() {
    assertTrue(PromptContent.isTemperature(new BigDecimal("0")));
    assertTrue(PromptContent.isTemperature(new BigDecimal("1.0")));
    assertFalse(PromptContent.isTemperature(new BigDecimal("-0.1")));
    assertFalse(PromptContent.isTemperature(new BigDecimal("1.1")));
    // Written out in full, this number would fill the memory.
    assertFalse(PromptContent.isTemperature(new BigDecimal("1e-999999999")));
  }

  private static PromptContent content(
      String text, String model, String temperature, int maxTokens, boolean cacheable) {
    return new PromptContent(
        new Template(text), model, Optional.of(new BigDecimal(temperature)), maxTokens, cacheable);
  }
}
