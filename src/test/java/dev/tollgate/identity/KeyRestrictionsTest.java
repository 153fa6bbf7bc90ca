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

final class KeyRestrictionsTest {
  @Test
  void unrestrictedKeyAllowsEverything() {
    assertTrue(KeyRestrictions.UNRESTRICTED.allowsModel("anything"));
    assertTrue(KeyRestrictions.UNRESTRICTED.allowsPrompt("anything"));
    assertTrue(KeyRestrictions.UNRESTRICTED.allowsUnmanagedRequests());
    assertFalse(KeyRestrictions.UNRESTRICTED.isRestricted());
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
  void allowsModelByIdOrPrefix(String allowed, String model, boolean expected) {
    assertEquals(
        expected, new KeyRestrictions(Set.of("other", allowed), Set.of()).allowsModel(model));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "claude-*-4", "**", "*a", "a b", "a\n"})
  void rejectsStarBeforeEnd(String model) {
    assertFalse(KeyRestrictions.isModelPattern(model));
    assertThrows(
        IllegalArgumentException.class, () -> new KeyRestrictions(Set.of(model), Set.of()));
  }

  @Test
  void keyForPromptsAllowsNothingElse() {
    KeyRestrictions allowance = new KeyRestrictions(Set.of(), Set.of("rag"));

    assertTrue(allowance.allowsPrompt("rag"));
    assertFalse(allowance.allowsPrompt("rag2"));
    assertFalse(allowance.allowsUnmanagedRequests());
    assertTrue(allowance.isRestricted());
  }
}
