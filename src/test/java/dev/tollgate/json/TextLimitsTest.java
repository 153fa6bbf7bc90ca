package dev.tollgate.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextLimitsTest {
  @ParameterizedTest
  @CsvSource({"abc, 3, abc", "abcd, 3, abc", "ab😀, 4, ab😀", "ab😀, 3, ab", "ab😀c, 4, ab😀"})
  void cutsBetweenCharacters(String text, int maxLength, String expected) {
    assertEquals(expected, TextLimits.truncate(text, maxLength));
  }

  @Test
  void replacesControlCharacters() {
    assertEquals("a?b?", TextLimits.replaceControls("a\0b\n"));
  }
}
