package dev.tollgate.cost.pricing;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

final class PriceBookFuzzTest {
  private static final PriceBook OURS = PriceBook.load();

  @FuzzTest
  void everyTextIsAPriceBookOrRefused(byte[] yaml) {
    String text = new String(yaml, StandardCharsets.UTF_8);
    try {
      PriceBook book = PriceBook.read(text);

      assertEquals(List.of(), book.diff(PriceBook.read(text)));
      assertEquals(OURS.diff(book).size(), book.diff(OURS).size());
    } catch (IllegalArgumentException e) {
      assertFalse(requireNonNull(e.getMessage()).isBlank());
    }
  }
}
