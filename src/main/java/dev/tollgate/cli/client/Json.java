package dev.tollgate.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.json.JsonMappers;
import dev.tollgate.json.JsonNodes;
import java.util.StringJoiner;

/** JSON trees with exact numbers. */
public final class Json {
  private Json() {}

  public static ObjectNode object() {
    return JsonNodes.object();
  }

  public static JsonNode read(String json) throws JsonProcessingException {
    return JsonMappers.EXACT.readTree(json);
  }

  static String write(JsonNode json) {
    try {
      return JsonMappers.EXACT.writerWithDefaultPrettyPrinter().writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Failed to write a JSON tree", e);
    }
  }

  /** A value for people: text without quotes, lists with commas, and a dash if there is none. */
  public static String text(JsonNode value) {
    if (value.isMissingNode() || value.isNull() || (value.isArray() && value.isEmpty())) {
      return "-";
    }
    if (value.isArray()) {
      StringJoiner items = new StringJoiner(", ");
      value.forEach(item -> items.add(text(item)));
      return items.toString();
    }
    return value.isNumber()
        ? value.decimalValue().toPlainString()
        : value.isContainerNode() ? value.toString() : value.asText();
  }
}
