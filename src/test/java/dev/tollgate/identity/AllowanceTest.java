package dev.tollgate.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AllowanceTest {
  @Test
  void whereNothingIsSaidAllIsAllowed() {
    assertTrue(Allowance.ALL.allowsModel("anything"));
    assertTrue(Allowance.ALL.allowsPrompt("anything"));
    assertTrue(Allowance.ALL.allowsOwnRequests());
    assertFalse(Allowance.ALL.isLimited());
  }

  @ParameterizedTest
  @CsvSource({
    "claude-haiku-4-5, claude-haiku-4-5, true",
    "claude-haiku-4-5, claude-haiku-4-5-20251001, false",
    "claude-haiku-4-5, CLAUDE-HAIKU-4-5, false",
    "claude-haiku-*, claude-haiku-4-5-20251001, true",
    "claude-haiku-*, claude-haiku-, true",
    "claude-haiku-*, claude-opus-5, false",
    "claude.haiku, claude-haiku, false",
    "*, anything, true"
  })
  void aModelIsAllowedByItsIdOrByItsBeginning(String allowed, String model, boolean expected) {
    assertEquals(expected, new Allowance(Set.of("other", allowed), Set.of()).allowsModel(model));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "claude-*-4", "**", "*a", "a b", "a\n"})
  void aStarStandsOnlyAtTheEnd(String model) {
    assertFalse(Allowance.isModel(model));
    assertThrows(IllegalArgumentException.class, () -> new Allowance(Set.of(model), Set.of()));
  }

  @Test
  void aKeyForPromptsIsForNothingElse() {
    Allowance allowance = new Allowance(Set.of(), Set.of("rag"));

    assertTrue(allowance.allowsPrompt("rag"));
    assertFalse(allowance.allowsPrompt("rag2"));
    assertFalse(allowance.allowsOwnRequests());
    assertTrue(allowance.isLimited());
  }
}
