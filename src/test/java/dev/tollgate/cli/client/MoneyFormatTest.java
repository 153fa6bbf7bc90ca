package dev.tollgate.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MoneyFormatTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|$0.00",
        "0.00|$0.00",
        "5|$5.00",
        "12.5|$12.50",
        "1.999336|$1.999",
        "0.0105776|$0.01058",
        "0.002|$0.002",
        "0.000000000123456789|$0.0000000001235",
        "100.55|$100.60",
        "999.99|$1,000",
        "1234.5|$1,235",
        "1234567.89|$1,234,568",
        "-0.5|-$0.50"
      })
  void roundsToFourSignificantDigits(BigDecimal amount, String text) {
    assertEquals(text, MoneyFormat.format(amount));
  }

  @Test
  void printsADashIfThereIsNoAmount() {
    assertEquals("-", MoneyFormat.format(NullNode.getInstance()));
    assertEquals("-", MoneyFormat.format(MissingNode.getInstance()));
  }

  @Test
  void printsTheSignOfAChange() {
    assertEquals("+$1.50", MoneyFormat.formatChange(new BigDecimal("1.5")));
    assertEquals("-$1.50", MoneyFormat.formatChange(new BigDecimal("-1.5")));
    assertEquals("$0.00", MoneyFormat.formatChange(BigDecimal.ZERO));
  }
}
