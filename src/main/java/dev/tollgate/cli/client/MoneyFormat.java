package dev.tollgate.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * Amounts for people: dollars with at most four significant digits. Whole dollars are never rounded
 * away. JSON and CSV hold the exact amounts.
 */
public final class MoneyFormat {
  private static final MathContext DIGITS = new MathContext(4, RoundingMode.HALF_UP);
  private static final BigDecimal WHOLE_DOLLARS_FROM = BigDecimal.valueOf(1000);
  private static final int CENTS = 2;

  private MoneyFormat() {}

  /** An amount, or a dash if there is none. */
  public static String format(JsonNode amount) {
    return amount.isNumber() ? format(amount.decimalValue()) : "-";
  }

  static String format(BigDecimal amount) {
    BigDecimal size = amount.abs();
    BigDecimal rounded =
        size.compareTo(WHOLE_DOLLARS_FROM) < 0
            ? size.round(DIGITS).stripTrailingZeros()
            : size.setScale(0, RoundingMode.HALF_UP);
    int decimals = rounded.compareTo(WHOLE_DOLLARS_FROM) < 0 ? Math.max(CENTS, rounded.scale()) : 0;
    return (amount.signum() < 0 ? "-$" : "$")
        + String.format(Locale.ROOT, "%,." + decimals + "f", rounded);
  }

  /** A difference, with its sign. */
  public static String formatChange(BigDecimal difference) {
    return (difference.signum() > 0 ? "+" : "") + format(difference);
  }
}
