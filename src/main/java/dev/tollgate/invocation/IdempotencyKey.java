package dev.tollgate.invocation;

import java.util.regex.Pattern;

/**
 * A caller's name for one call, which is the same in every repeat of the request.
 *
 * @param team the caller's team, within which the value must be unique
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
