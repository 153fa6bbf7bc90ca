package dev.tollgate.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.Locale;

/** Counts for people: digits in groups of three, and the plural of what is counted. */
public final class CountFormat {
  private CountFormat() {}

  /** A number, or a dash if there is none. */
  public static String format(JsonNode number) {
    return number.isNumber() ? format(number.bigIntegerValue()) : "-";
  }

  public static String format(BigInteger number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A number and its noun, such as {@code 1 call} or {@code 2 calls}. */
  public static String format(JsonNode number, String noun) {
    return format(number) + " " + (number.asLong() == 1 ? noun : noun + "s");
  }
}
