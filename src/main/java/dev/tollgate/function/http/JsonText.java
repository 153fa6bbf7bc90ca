package dev.tollgate.function.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** JSON as callers send it, and as they are answered. */
public final class JsonText {
  /** Readers of JSON refuse numbers of a thousand. */
  private static final int MAX_PLAIN_DIGITS = 100;

  private JsonText() {}

  /**
   * Reads a text, or refuses it under the name of the part of the request that it came in.
   *
   * @param part the body or a header
   */
  public static JsonNode parse(ObjectMapper json, String part, String text) {
    JsonNode parsed;
    try {
      parsed = json.readTree(text);
    } catch (JsonProcessingException e) {
      JsonLocation place = e.getLocation();
      throw invalid(
          part,
          "is not JSON%s: look for a stray character, a field that stands twice, or deep nesting"
              .formatted(
                  place == null
                      ? ""
                      : " at line " + place.getLineNr() + ", column " + place.getColumnNr()));
    } catch (NumberFormatException | ArithmeticException e) {
      // Jackson hands numbers to BigDecimal, which has no room for such an exponent.
      throw invalid(part, "holds a number that is out of range");
    }
    requireUnicode(part, parsed);
    return parsed;
  }

  /** Stores and providers would each turn what is no Unicode into something of their own. */
  static void requireUnicode(String part, JsonNode node) {
    if (!isUnicode(node, StandardCharsets.UTF_8.newEncoder())) {
      throw invalid(part, "holds half of a surrogate pair (\\ud800 to \\udfff)");
    }
  }

  /**
   * Writes a text. A number whose digits would fill pages, which only a model makes up, keeps its
   * exponent.
   */
  static String write(ObjectMapper json, JsonNode value) {
    try {
      return hasHugeNumber(value) ? value.toString() : json.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean hasHugeNumber(JsonNode value) {
    return value.isBigDecimal()
        ? Math.abs((long) value.decimalValue().scale()) > MAX_PLAIN_DIGITS
        : value.valueStream().anyMatch(JsonText::hasHugeNumber);
  }

  private static boolean isUnicode(JsonNode node, CharsetEncoder utf8) {
    if (node.isTextual()) {
      return utf8.canEncode(node.textValue());
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!utf8.canEncode(field.getKey())) {
        return false;
      }
    }
    for (JsonNode child : node) {
      if (!isUnicode(child, utf8)) {
        return false;
      }
    }
    return true;
  }

  private static ApiException invalid(String part, String problem) {
    return new ApiException(ApiError.invalid(part, "The " + part + " " + problem + "."));
  }
}
