package dev.tollgate.promptfile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.json.JsonNodes;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The settings of a prompt file, and their merge with the folder's defaults. */
final class PromptFileSettings {
  static final String VARIABLES = "variables";

  static final List<String> FIELDS =
      List.of(
          "model",
          "temperature",
          "max_tokens",
          VARIABLES,
          "cacheable",
          "cache_scope",
          "prompt_caching",
          "fallbacks",
          "semantic");

  private static final ObjectNode IMPLICIT_DEFAULTS =
      JsonNodeFactory.instance
          .objectNode()
          .put("cacheable", false)
          .put("cache_scope", "team")
          .put("prompt_caching", "off");

  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\{\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*}}");

  private PromptFileSettings() {}

  static ObjectNode empty() {
    return JsonNodes.object();
  }

  static void validate(String file, ObjectNode fields, boolean mayHaveContent) {
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      if (!FIELDS.contains(field.getKey())
          && !(mayHaveContent && field.getKey().equals("content"))) {
        throw new PromptFileException(
            file,
            "unknown field %s; known fields are %s%s"
                .formatted(
                    field.getKey(),
                    String.join(", ", FIELDS),
                    mayHaveContent ? " and content" : ""));
      }
    }
    JsonNode variables = fields.path(VARIABLES);
    if (!variables.isMissingNode() && !variables.isNull() && !variables.isObject()) {
      throw new PromptFileException(
          file, "variables must map names to types, such as context: document");
    }
    JsonNode content = fields.path("content");
    if (!content.isMissingNode() && !content.isArray()) {
      throw new PromptFileException(
          file, "content must be a list of role and content; put a text below the front matter");
    }
  }

  /**
   * The settings of a file: its own fields, and the defaults of the others. Null in the file
   * removes a default. Default variables that the content does not use are left out, because
   * callers could not set them.
   */
  static ObjectNode merge(ObjectNode defaults, ObjectNode own, JsonNode content) {
    ObjectNode merged = empty();
    for (String field : FIELDS) {
      JsonNode value = own.has(field) ? own.get(field) : defaults.get(field);
      if (field.equals(VARIABLES)) {
        ObjectNode variables = variables(defaults, own, content);
        if (!variables.isEmpty()) {
          merged.set(VARIABLES, variables);
        }
      } else if (value != null && !value.isNull()) {
        merged.set(field, value);
      }
    }
    return merged;
  }

  private static ObjectNode variables(ObjectNode defaults, ObjectNode own, JsonNode content) {
    ObjectNode variables = empty();
    if (defaults.get(VARIABLES) instanceof ObjectNode common) {
      variables.setAll(common);
      variables.retain(variableNames(content));
    }
    if (own.get(VARIABLES) instanceof ObjectNode declared) {
      variables.setAll(declared);
    }
    variables.removeIf(JsonNode::isNull);
    return variables;
  }

  /**
   * The fields that a file needs so that {@link #merge} returns the target. Implicit defaults are
   * included only if the folder's defaults differ from them.
   */
  static ObjectNode difference(ObjectNode defaults, ObjectNode target, JsonNode content) {
    ObjectNode inherited = merge(defaults, empty(), content);
    ObjectNode own = empty();
    for (String field : FIELDS) {
      JsonNode value = target.path(field);
      if (field.equals(VARIABLES)) {
        ObjectNode variables = variablesDifference(inherited.path(VARIABLES), value);
        if (!variables.isEmpty()) {
          own.set(VARIABLES, variables);
        }
      } else if (value.isMissingNode() || value.isNull()) {
        if (inherited.has(field)) {
          own.putNull(field);
        }
      } else if (!isSameValue(
          value, inherited.has(field) ? inherited.get(field) : IMPLICIT_DEFAULTS.path(field))) {
        own.set(field, value);
      }
    }
    return own;
  }

  private static ObjectNode variablesDifference(JsonNode inherited, JsonNode target) {
    ObjectNode own = empty();
    for (Map.Entry<String, JsonNode> variable : target.properties()) {
      JsonNode declared = minimalDeclaration(variable.getValue());
      if (!declared.equals(minimalDeclaration(inherited.path(variable.getKey())))) {
        own.set(variable.getKey(), declared);
      }
    }
    for (Map.Entry<String, JsonNode> variable : inherited.properties()) {
      if (!target.has(variable.getKey())) {
        own.putNull(variable.getKey());
      }
    }
    return own;
  }

  /** A declaration without its default fields. It is only a type if no field remains. */
  private static JsonNode minimalDeclaration(JsonNode declaration) {
    if (!(declaration instanceof ObjectNode object)) {
      return declaration;
    }
    ObjectNode shorter = object.deepCopy();
    if (shorter.path("required").asBoolean() != shorter.has("default")) {
      shorter.remove("required");
    }
    if (!shorter.path("cache").asBoolean()) {
      shorter.remove("cache");
    }
    return shorter.size() == 1 && shorter.has("type") ? shorter.get("type") : shorter;
  }

  private static boolean isSameValue(JsonNode one, JsonNode other) {
    return one.isNumber() && other.isNumber()
        ? one.decimalValue().compareTo(other.decimalValue()) == 0
        : one.equals(other);
  }

  /** The {{variables}} of a text or of the texts of a chat prompt. */
  static Set<String> variableNames(JsonNode content) {
    Set<String> names = new HashSet<>();
    if (content.isTextual()) {
      Matcher placeholder = PLACEHOLDER.matcher(content.textValue());
      while (placeholder.find()) {
        names.add(placeholder.group(1));
      }
    }
    for (JsonNode message : content) {
      names.addAll(variableNames(message.path("content")));
    }
    return names;
  }
}
