package dev.tollgate.invocation;

import java.util.regex.Pattern;

/**
 * What a caller calls one call by, however often it sends it.
 *
 * @param team the caller's, within which it must be unique
 */
public record IdempotencyKey(String team, String value) {
  public static final String SHAPE = "[!-~]{1,255}";

  private static final Pattern PATTERN = Pattern.compile(SHAPE);

  public IdempotencyKey {
    if (!isValid(value)) {
      throw new IllegalArgumentException("an idempotency key must match " + SHAPE);
    }
  }

  public static boolean isValid(String value) {
    return PATTERN.matcher(value).matches();
  }
}
