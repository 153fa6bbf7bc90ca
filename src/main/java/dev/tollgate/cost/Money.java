package dev.tollgate.cost;

import java.math.BigDecimal;

/** Amounts in USD: exact, with no trailing zeros, never in exponent form. */
public final class Money {
  private Money() {}

  public static BigDecimal plain(BigDecimal amount) {
    BigDecimal stripped = amount.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }
}
