package dev.tollgate.function.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;

/** Parses the JSON of requests and writes the JSON of responses. */
public final class JsonText {
  /** JSON parsers reject numbers of a thousand digits. */
  private static final int MAX_PLAIN_DIGITS = 100;

  private JsonText() {}

  /** Sets a field to a number, or to null if there is none. */
  public static void putInt(ObjectNode object, String field, OptionalInt value) {
    if (value.isPresent()) {
      object.put(field, value.getAsInt());
    } else {
      object.putNull(field);
    }
  }

  /**
   * Parses a text.
   *
   * @param part the body or a header, for the error
   */
  public static JsonNode parse(ObjectMapper json, String part, String text) {
    JsonNode parsed;
    try {
      parsed = json.readTree(text);
    } catch (JsonProcessingException e) {
      JsonLocation place = e.getLocation();
      throw invalid(
          part,
          "is not valid JSON%s: check for a stray character, a duplicate field or deep nesting"
              .formatted(
                  place == null
                      ? ""
                      : " at line " + place.getLineNr() + ", column " + place.getColumnNr()));
    } catch (NumberFormatException | ArithmeticException e) {
      // BigDecimal, which Jackson uses, cannot hold such an exponent.
      throw invalid(part, "contains a number that is out of range");
    }
    requireUnicode(part, parsed);
    return parsed;
  }

  /** Rejects invalid Unicode, which stores and providers would each replace differently. */
  static void requireUnicode(String part, JsonNode node) {
    if (!isUnicode(node, StandardCharsets.UTF_8.newEncoder())) {
      throw invalid(part, "contains an unpaired surrogate (\\ud800 to \\udfff)");
    }
  }

  /**
   * Writes a text. A number with very many digits keeps its exponent. Only models write such
   * numbers.
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
