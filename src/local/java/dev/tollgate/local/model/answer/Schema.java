package dev.tollgate.local.model.answer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A JSON Schema as far as models are given them: references and alternatives are looked through.
 */
record Schema(JsonNode root, JsonNode node, boolean nullable) {

  static Schema of(JsonNode root) {
    return of(root, root);
  }

  private static Schema of(JsonNode root, JsonNode node) {
    JsonNode resolved = resolve(root, node, 0);
    return new Schema(root, resolved, allowsNull(node) || allowsNull(resolved));
  }

  private static boolean allowsNull(JsonNode node) {
    return node.path("type").toString().contains("\"null\"")
        || Json.items(node.path("anyOf")).stream()
            .anyMatch(alternative -> alternative.path("type").asText().equals("null"));
  }

  Map<String, Schema> properties() {
    return node.path("properties").properties().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> of(root, entry.getValue()),
                (first, _) -> first,
                LinkedHashMap::new));
  }

  boolean requires(String property) {
    return Json.items(node.path("required")).stream()
        .anyMatch(name -> name.asText().equals(property));
  }

  Schema items() {
    return of(root, node.path("items"));
  }

  /** Returns the type, or "" when the schema leaves it open. */
  String type() {
    JsonNode type = node.path("type");
    if (type.isArray()) {
      return Json.items(type).stream()
          .map(JsonNode::asText)
          .filter(name -> !name.equals("null"))
          .findFirst()
          .orElse("null");
    }
    return type.asText(node.has("properties") ? "object" : "");
  }

  List<JsonNode> allowedValues() {
    return node.has("const") ? List.of(node.path("const")) : Json.items(node.path("enum"));
  }

  private static JsonNode resolve(JsonNode root, JsonNode node, int depth) {
    String reference = node.path("$ref").asText();
    if (depth > 20) {
      return Json.object();
    }
    if (reference.startsWith("#")) {
      return resolve(root, root.at(reference.substring(1)), depth + 1);
    }
    for (String alternatives : List.of("anyOf", "oneOf", "allOf")) {
      for (JsonNode alternative : node.path(alternatives)) {
        if (!alternative.path("type").asText().equals("null")) {
          return resolve(root, alternative, depth + 1);
        }
      }
    }
    return node;
  }
}
