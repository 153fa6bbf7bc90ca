package dev.tollgate.prompt.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * Writes content as JSON, in the form of a registration: {@code content} and the settings next to
 * it. The JSON has every field that shapes a response, including defaults, because hashes are
 * computed from it.
 */
public final class PromptContentJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private PromptContentJson() {}

  public static ObjectNode write(PromptContent content) {
    ObjectNode json = JSON.objectNode();
    json.set("content", template(content.template()));
    return json.setAll(settings(content));
  }

  /** A system text as a string, a chat as a list of messages. */
  static JsonNode template(PromptTemplate template) {
    return template.text().<JsonNode>map(JSON::textNode).orElseGet(() -> messages(template));
  }

  private static ArrayNode messages(PromptTemplate template) {
    ArrayNode messages = JSON.arrayNode();
    for (PromptMessage message : template.messages()) {
      messages
          .addObject()
          .put("role", message.role().id())
          .put("content", message.template().text());
    }
    return messages;
  }

  /** The size in bytes of the settings without the template, as stored. */
  public static int settingsSize(PromptContent content) {
    return settings(content).toString().getBytes(StandardCharsets.UTF_8).length;
  }

  public static ObjectNode settings(PromptContent content) {
    ObjectNode json = JSON.objectNode().put("model", content.model());
    content.temperature().ifPresent(value -> json.put("temperature", value.stripTrailingZeros()));
    json.put("max_tokens", content.maxTokens());
    ObjectNode variables = json.putObject("variables");
    content
        .variables()
        .forEach(
            (name, variable) -> {
              ObjectNode declared =
                  variables
                      .putObject(name)
                      .put("type", variable.type().id())
                      .put("required", variable.required());
              variable.defaultValue().ifPresent(value -> declared.set("default", value));
              declared.put("cache", variable.cacheBreakpoint());
            });
    json.put("cacheable", content.cacheable())
        .put("cache_scope", content.cacheScope().id())
        .put("prompt_caching", content.promptCaching().id());
    // Like the temperature, these two are written only if set. Older versions keep their hashes
    // that way.
    if (!content.fallbacks().isEmpty()) {
      content.fallbacks().forEach(json.putArray("fallbacks")::add);
    }
    content.semantic().ifPresent(semantic -> json.set("semantic", semantic(semantic)));
    return json;
  }

  private static ObjectNode semantic(SemanticCaching semantic) {
    ObjectNode json = JSON.objectNode().put("threshold", semantic.threshold().stripTrailingZeros());
    semantic.ttl().ifPresent(ttl -> json.put("ttl", SemanticCaching.formatTtl(ttl)));
    semantic.variable().ifPresent(variable -> json.put("variable", variable));
    return json;
  }

  /** Reads what {@link #settings} wrote. */
  public static PromptContent read(PromptTemplate template, JsonNode settings) {
    Map<String, Variable> variables = new TreeMap<>();
    settings
        .path("variables")
        .properties()
        .forEach(
            declared ->
                variables.put(
                    declared.getKey(),
                    new Variable(
                        Variable.Type.of(declared.getValue().path("type").asText()).orElseThrow(),
                        declared.getValue().path("required").asBoolean(),
                        Optional.ofNullable(declared.getValue().get("default")),
                        declared.getValue().path("cache").asBoolean())));
    return new PromptContent(
        template,
        new ModelSettings(
            settings.path("model").asText(),
            Optional.ofNullable(settings.get("temperature")).map(JsonNode::decimalValue),
            settings.path("max_tokens").asInt(),
            StreamSupport.stream(settings.path("fallbacks").spliterator(), false)
                .map(JsonNode::textValue)
                .toList()),
        variables,
        new CacheSettings(
            settings.path("cacheable").asBoolean(),
            CacheScope.of(settings.path("cache_scope").asText()).orElseThrow(),
            PromptCaching.of(settings.path("prompt_caching").asText()).orElseThrow(),
            Optional.ofNullable(settings.get("semantic")).map(PromptContentJson::readSemantic)));
  }

  private static SemanticCaching readSemantic(JsonNode semantic) {
    return new SemanticCaching(
        semantic.path("threshold").decimalValue(),
        Optional.ofNullable(semantic.path("ttl").textValue()).flatMap(SemanticCaching::ttl),
        Optional.ofNullable(semantic.path("variable").textValue()));
  }

  /** The fields in which two contents differ, in the order of the JSON. */
  public static List<FieldChange> diff(PromptContent from, PromptContent to) {
    ObjectNode before = write(from);
    ObjectNode after = write(to);
    Set<String> fields = new LinkedHashSet<>();
    after.fieldNames().forEachRemaining(fields::add);
    before.fieldNames().forEachRemaining(fields::add);
    return fields.stream()
        .filter(field -> !before.path(field).equals(after.path(field)))
        .map(
            field ->
                new FieldChange(
                    field,
                    Optional.ofNullable(before.get(field)),
                    Optional.ofNullable(after.get(field))))
        .toList();
  }

  /** A field with different values. */
  public record FieldChange(String field, Optional<JsonNode> from, Optional<JsonNode> to) {}
}
