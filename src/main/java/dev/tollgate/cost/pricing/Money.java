package dev.tollgate.cost.pricing;

import java.math.BigDecimal;

/** Amounts in USD: exact, with no trailing zeros, never in exponent form. */
public final class Money {
  /** More than any amount has, before its point or after it. */
  private static final int MAX_DIGITS = 30;

  private Money() {}

  /**
   * Reads an amount from outside, where a short exponent can stand for a number that fills all
   * memory once it is written out.
   *
   * @param field whose amount it is
   * @throws IllegalArgumentException if it has more digits than an amount of money can have
   */
  public static BigDecimal read(BigDecimal amount, String field) {
    if (amount.scale() > MAX_DIGITS || amount.precision() - (long) amount.scale() > MAX_DIGITS) {
      throw new IllegalArgumentException(field + " is out of range for an amount of money");
    }
    return normalize(amount);
  }

  public static BigDecimal normalize(BigDecimal amount) {
    BigDecimal stripped = amount.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }
}
