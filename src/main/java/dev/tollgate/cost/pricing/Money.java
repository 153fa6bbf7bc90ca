package dev.tollgate.cost.pricing;

import java.math.BigDecimal;

/** Amounts in USD: exact, with no trailing zeros, never in exponent form. */
public final class Money {
  /** The most digits of an amount before its point, and after it. */
  private static final int MAX_DIGITS = 30;

  private Money() {}

  /**
   * Validates an amount from outside. A short text with an exponent can be a number that fills all
   * memory when it is written.
   *
   * @param field the name in the error
   * @throws IllegalArgumentException if the amount has too many digits
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
