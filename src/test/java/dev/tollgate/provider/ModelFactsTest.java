package dev.tollgate.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelFactsTest {
  @ParameterizedTest
  @CsvSource({"x, 3071, true", "x, 3072, false", "語, 1023, true", "語, 1024, false"})
  void whatMayBeLongEnoughForThePromptCacheIsNotCalledTooShort(
      String character, int length, boolean tooShort) {
    ModelFacts facts =
        new ModelFacts(
            Provider.ANTHROPIC,
            "m",
            1024,
            4.5,
            Sampling.ALWAYS,
            Set.of(),
            Optional.empty(),
            Optional.empty());

    assertEquals(tooShort, facts.isTooShortToCache(character.repeat(length)));
  }
}
