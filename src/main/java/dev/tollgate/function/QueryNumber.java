package dev.tollgate.function;

/** Whole numbers in query strings. */
final class QueryNumber {
  private QueryNumber() {}

  static int parse(String parameter, String value, int least, int most) {
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number out of range.
    }
    throw new RefusedException(
        ApiError.invalid(
            parameter,
            "The parameter %s must be a whole number from %d to %d."
                .formatted(parameter, least, most)));
  }
}
