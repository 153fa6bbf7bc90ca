package dev.tollgate.local.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** SAM's rule for Globals: maps merge, lists are appended to, plain values give way. */
final class Globals {
  private Globals() {}

  static JsonNode merge(JsonNode global, JsonNode own) {
    if (global.isMissingNode()) {
      return own;
    }
    if (own.isMissingNode()) {
      return global;
    }
    boolean functions = Intrinsics.isFunction(global) || Intrinsics.isFunction(own);
    if (!functions && global.isObject() && own.isObject()) {
      ObjectNode merged = global.deepCopy();
      for (Map.Entry<String, JsonNode> entry : own.properties()) {
        merged.set(entry.getKey(), merge(global.path(entry.getKey()), entry.getValue()));
      }
      return merged;
    }
    if (global.isArray() && own.isArray()) {
      ArrayNode merged = JsonNodeFactory.instance.arrayNode();
      global.forEach(merged::add);
      own.forEach(merged::add);
      return merged;
    }
    return own;
  }
}
