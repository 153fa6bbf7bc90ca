package dev.tollgate.invocation;

import java.util.regex.Pattern;

/**
 * What a caller calls one call by, however often it sends it.
 *
 * @param team the caller's, within which it must be unique
 */
public record IdempotencyKey(String team, String value) {
  public static final String REGEX = "[!-~]{1,255}";

  private static final Pattern PATTERN = Pattern.compile(REGEX);

  public IdempotencyKey {
    if (!isValid(value)) {
      throw new IllegalArgumentException("an idempotency key must match " + REGEX);
    }
  }

  public static boolean isValid(String value) {
    return PATTERN.matcher(value).matches();
  }
}
