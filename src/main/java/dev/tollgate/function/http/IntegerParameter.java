package dev.tollgate.function.http;

import java.util.regex.Pattern;

/** Whole numbers in query strings and headers. */
public final class IntegerParameter {
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,10}");

  private IntegerParameter() {}

  public static int parse(String parameter, String value, int min, int max) {
    if (DIGITS.matcher(value).matches()) {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return (int) number;
      }
    }
    throw new ApiException(
        ApiError.invalid(
            parameter,
            "The value of %s must be a whole number from %d to %d."
                .formatted(parameter, min, max)));
  }
}
