package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.RequestFields;
import dev.tollgate.prompt.content.CacheScope;
import dev.tollgate.prompt.content.CacheSettings;
import dev.tollgate.prompt.content.ModelSettings;
import dev.tollgate.prompt.content.PromptCaching;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.PromptContentJson;
import dev.tollgate.prompt.content.PromptMessage;
import dev.tollgate.prompt.content.PromptTemplate;
import dev.tollgate.prompt.content.SemanticCaching;
import dev.tollgate.prompt.content.Template;
import dev.tollgate.prompt.content.Variable;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads the content of a prompt from the fields of a registration. */
final class PromptContentReader {
  /** The fields of the content. */
  static final Set<String> FIELD_NAMES =
      Set.of(
          "content",
          "model",
          "temperature",
          "max_tokens",
          "variables",
          "cacheable",
          "cache_scope",
          "prompt_caching",
          "fallbacks",
          "semantic");

  /** DynamoDB limits an item to 400 KB. The rest is for the other attributes. */
  private static final int MAX_CONTENT_BYTES = 350 * 1024;

  private static final int MAX_SETTINGS_BYTES = 16 * 1024;
  private static final int MESSAGE_OVERHEAD = 32;
  private static final int MAX_MODEL_LENGTH = 256;
  private static final int MAX_VARIABLE_LENGTH = 63;

  private PromptContentReader() {}

  static PromptContent read(RequestFields fields) {
    PromptTemplate template =
        readTemplate(
            fields.require("content", "the text of the prompt, or the messages of a chat"));
    String model = fields.singleLine("model", "the model to call", MAX_MODEL_LENGTH);
    fields
        .number("temperature")
        .filter(value -> !PromptContent.isValidTemperature(value))
        .ifPresent(
            _ -> {
              throw RequestFields.invalid(
                  "temperature", "must be between 0 and 1 with at most 6 decimals");
            });
    Map<String, Variable> variables =
        fields.find("variables").map(PromptContentReader::readVariables).orElse(Map.of());
    PromptCaching caching =
        readChoice(fields, "prompt_caching", "off, 5m or 1h", PromptCaching::of)
            .orElse(PromptCaching.OFF);
    if (PromptContent.countCacheBreakpoints(variables, caching)
        > PromptContent.MAX_CACHE_BREAKPOINTS) {
      throw RequestFields.invalid(
          "variables",
          "must set cache on fewer documents: with prompt_caching, a prompt can have at most "
              + PromptContent.MAX_CACHE_BREAKPOINTS
              + " cache breakpoints");
    }
    PromptContent content =
        new PromptContent(
            template,
            new ModelSettings(
                model,
                fields.number("temperature"),
                fields
                    .find("max_tokens")
                    .map(value -> fields.positiveInteger("max_tokens", value))
                    .orElse(PromptContent.DEFAULT_MAX_TOKENS),
                readFallbacks(fields, model)),
            variables,
            new CacheSettings(
                fields.flag("cacheable"),
                readChoice(fields, "cache_scope", "user, team or shared", CacheScope::of)
                    .orElse(CacheScope.TEAM),
                caching,
                readSemantic(fields, template, variables)));
    if (PromptContentJson.settingsSize(content) > MAX_SETTINGS_BYTES) {
      throw new ApiException(
          ApiError.tooLarge(
              "variables",
              "The declared variables are larger than 16 KB. Shorten or remove some."));
    }
    return content;
  }

  private static List<String> readFallbacks(RequestFields fields, String model) {
    List<String> fallbacks =
        fields.texts("fallbacks", PromptContent.MAX_FALLBACKS, MAX_MODEL_LENGTH);
    if (fallbacks.contains(model) || fallbacks.stream().distinct().count() < fallbacks.size()) {
      throw RequestFields.invalid(
          "fallbacks", "must name models other than the prompt's model, each once");
    }
    return fallbacks;
  }

  private static Optional<SemanticCaching> readSemantic(
      RequestFields content, PromptTemplate template, Map<String, Variable> variables) {
    Optional<SemanticCaching> semantic =
        content.find("semantic").map(PromptContentReader::readSemantic);
    semantic
        .flatMap(it -> PromptContent.validateSemanticCaching(it, template, variables))
        .ifPresent(
            fault -> {
              throw RequestFields.invalid("semantic.variable", fault);
            });
    return semantic;
  }

  private static SemanticCaching readSemantic(JsonNode value) {
    RequestFields fields =
        RequestFields.of("semantic", value, Set.of("threshold", "ttl", "variable"));
    BigDecimal threshold = fields.number("threshold").orElse(SemanticCaching.DEFAULT_THRESHOLD);
    if (!SemanticCaching.isValidThreshold(threshold)) {
      throw fields.invalidField("threshold", "must be between 0.5 and 1 with at most 4 decimals");
    }
    return new SemanticCaching(
        threshold,
        readChoice(fields, "ttl", "a time from 1s to 30d, such as 30m or 1h", SemanticCaching::ttl),
        fields.optionalSingleLine("variable", MAX_VARIABLE_LENGTH));
  }

  private static PromptTemplate readTemplate(JsonNode content) {
    if (!content.isArray()) {
      requireMaxSize(content.asText().getBytes(StandardCharsets.UTF_8).length);
      return PromptTemplate.ofText(RequestFields.text("content", content, Integer.MAX_VALUE));
    }
    List<PromptMessage> messages = new ArrayList<>();
    long size = 0;
    for (int i = 0; i < content.size(); i++) {
      PromptMessage message = readMessage("content." + i, content.get(i));
      messages.add(message);
      size += message.template().text().getBytes(StandardCharsets.UTF_8).length;
      size += MESSAGE_OVERHEAD;
      requireMaxSize(size);
    }
    try {
      return new PromptTemplate(messages);
    } catch (IllegalArgumentException e) {
      throw new ApiException(
          ApiError.invalid(
              "content", "The field content is not a valid prompt: " + e.getMessage() + "."));
    }
  }

  private static void requireMaxSize(long bytes) {
    if (bytes > MAX_CONTENT_BYTES) {
      throw new ApiException(
          ApiError.tooLarge(
              "content", "The prompt is larger than 350 KB. Move long documents to variables."));
    }
  }

  private static PromptMessage readMessage(String field, JsonNode message) {
    RequestFields fields = RequestFields.of(field, message, Set.of("role", "content"));
    PromptMessage.Role role =
        readChoice(fields, "role", "system, user or assistant", PromptMessage.Role::of)
            .orElseThrow(
                () ->
                    new ApiException(
                        ApiError.missing(
                            field + ".role", "The field " + field + ".role is missing.")));
    return new PromptMessage(
        role, new Template(fields.text("content", "the text of the message", Integer.MAX_VALUE)));
  }

  private static Map<String, Variable> readVariables(JsonNode declared) {
    if (!declared.isObject()) {
      throw RequestFields.invalid(
          "variables", "must be an object, such as {\"context\": {\"type\": \"document\"}}");
    }
    Map<String, Variable> variables = new TreeMap<>();
    for (Map.Entry<String, JsonNode> variable : declared.properties()) {
      if (!Variable.isValidName(variable.getKey())) {
        throw RequestFields.invalid(
            "variables." + variable.getKey(), "must have a name like " + Variable.NAME_REGEX);
      }
      variables.put(
          variable.getKey(), readVariable("variables." + variable.getKey(), variable.getValue()));
    }
    return variables;
  }

  /** Reads a type name, or an object with a type and more. */
  private static Variable readVariable(String field, JsonNode declared) {
    if (declared.isTextual()) {
      return new Variable(parseType(field, declared.textValue()), true, Optional.empty(), false);
    }
    RequestFields fields =
        RequestFields.of(field, declared, Set.of("type", "required", "default", "cache"));
    Variable.Type type =
        fields
            .find("type")
            .map(value -> parseType(field + ".type", value.asText()))
            .orElse(Variable.Type.STRING);
    Optional<JsonNode> fallback = fields.find("default");
    if (fallback.isPresent() && !type.accepts(fallback.get())) {
      throw RequestFields.invalid(field + ".default", "must be " + type.constraint());
    }
    boolean required =
        fields.find("required").isPresent() ? fields.flag("required") : fallback.isEmpty();
    if (required && fallback.isPresent()) {
      throw RequestFields.invalid(field + ".required", "must not be true if there is a default");
    }
    return new Variable(type, required, fallback, fields.flag("cache"));
  }

  private static Variable.Type parseType(String field, String id) {
    return Variable.Type.of(id)
        .orElseThrow(
            () ->
                RequestFields.invalid(field, "must be string, number, boolean, list or document"));
  }

  private static <T> Optional<T> readChoice(
      RequestFields fields, String field, String choices, Function<String, Optional<T>> of) {
    return fields
        .find(field)
        .map(
            value ->
                of.apply(value.asText())
                    .orElseThrow(() -> fields.invalidField(field, "must be " + choices)));
  }
}
