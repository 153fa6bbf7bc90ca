package dev.tollgate.prompt.content;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.provider.ModelCatalogue;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PromptLintTest {
  private final PromptLint lint =
      new PromptLint(
          ModelCatalogue.load(),
          Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC));

  @Test
  void warnsAboutPrefixTooShortForPromptCache() {
    assertEquals(List.of(), codes("claude-sonnet-5", PromptCaching.OFF));
    assertEquals(List.of("short_prefix"), codes("claude-sonnet-5", PromptCaching.ONE_HOUR));
  }

  @Test
  void warnsAboutPromptCachingWithOpenAi() {
    assertEquals(List.of(), codes("gpt-5.4", PromptCaching.OFF));
    assertEquals(List.of("unused_prompt_caching"), codes("gpt-5.4", PromptCaching.ONE_HOUR));
  }

  @Test
  void warnsAboutRetiringOpenAiModels() {
    assertEquals(List.of("retiring_model"), codes("gpt-4o", PromptCaching.OFF));
  }

  @Test
  void warnsAboutUnsupportedTemperature() {
    Optional<BigDecimal> zero = Optional.of(BigDecimal.ZERO);
    assertEquals(List.of(), codes(PromptContent.ofText("Be brief.", "claude-haiku-4-5", zero, 9)));
    assertEquals(
        List.of("dropped_temperature"),
        codes(PromptContent.ofText("Be brief.", "claude-opus-5", zero, 9)));
  }

  @Test
  void warnsAboutFallbackModels() {
    assertEquals(
        List.of("retired_model", "unknown_model"),
        codes("claude-opus-5", PromptCaching.OFF, "claude-opus-4-1", "claud-opus-5"));
  }

  private List<String> codes(String model, PromptCaching caching, String... fallbacks) {
    return codes(
        new PromptContent(
            PromptTemplate.ofText("Be brief."),
            new ModelSettings(model, Optional.empty(), 100, List.of(fallbacks)),
            Map.of(),
            new CacheSettings(false, CacheScope.TEAM, caching, Optional.empty())));
  }

  private List<String> codes(PromptContent content) {
    return lint.check(content).stream().map(PromptLint.Warning::code).toList();
  }
}
