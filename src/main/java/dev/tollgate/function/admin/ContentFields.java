package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.Fields;
import dev.tollgate.function.http.RefusedException;
import dev.tollgate.prompt.CacheScope;
import dev.tollgate.prompt.PromptCaching;
import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.PromptContentJson;
import dev.tollgate.prompt.PromptMessage;
import dev.tollgate.prompt.PromptTemplate;
import dev.tollgate.prompt.SemanticCaching;
import dev.tollgate.prompt.Template;
import dev.tollgate.prompt.Variable;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads a prompt's content from the fields of a registration. */
final class ContentFields {
  /** The fields that make up content. */
  static final Set<String> NAMES =
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

  /** Bytes; DynamoDB takes items of 400 KB, of which the rest is for all else. */
  private static final int MAX_CONTENT = 350 * 1024;

  private static final int MAX_SETTINGS = 16 * 1024;
  private static final int MESSAGE_OVERHEAD = 32;
  private static final int LONGEST_MODEL = 256;
  private static final int LONGEST_VARIABLE = 63;

  private ContentFields() {}

  static PromptContent read(Fields fields) {
    PromptTemplate template =
        template(fields.get("content", "it is the prompt's text, or the messages of a chat"));
    String model = fields.line("model", "it names the model that answers", LONGEST_MODEL);
    fields
        .number("temperature")
        .filter(value -> !PromptContent.isValidTemperature(value))
        .ifPresent(
            _ -> {
              throw Fields.invalid(
                  "temperature", "must be between 0 and 1 with at most 6 decimals");
            });
    Map<String, Variable> variables =
        fields.find("variables").map(ContentFields::variables).orElse(Map.of());
    PromptCaching caching =
        choice(fields, "prompt_caching", "off, 5m or 1h", PromptCaching::of)
            .orElse(PromptCaching.OFF);
    if (PromptContent.countCacheBreakpoints(variables, caching)
        > PromptContent.MAX_CACHE_BREAKPOINTS) {
      throw Fields.invalid(
          "variables",
          "may mark so many documents with cache that, with prompt_caching, there are at most "
              + PromptContent.MAX_CACHE_BREAKPOINTS
              + " marks");
    }
    PromptContent content =
        new PromptContent(
            template,
            model,
            fields.number("temperature"),
            fields
                .find("max_tokens")
                .map(value -> fields.positive("max_tokens", value))
                .orElse(PromptContent.DEFAULT_MAX_TOKENS),
            variables,
            fields.flag("cacheable"),
            choice(fields, "cache_scope", "user, team or shared", CacheScope::of)
                .orElse(CacheScope.TEAM),
            caching,
            fallbacks(fields, model),
            semantic(fields, template, variables));
    if (PromptContentJson.settingsSize(content) > MAX_SETTINGS) {
      throw new RefusedException(
          ApiError.tooLarge(
              "variables", "The declared variables are larger than 16 KB: shorten or drop some."));
    }
    return content;
  }

  private static List<String> fallbacks(Fields fields, String model) {
    List<String> fallbacks = fields.texts("fallbacks", PromptContent.MAX_FALLBACKS, LONGEST_MODEL);
    if (fallbacks.contains(model) || fallbacks.stream().distinct().count() < fallbacks.size()) {
      throw Fields.invalid("fallbacks", "must name other models than the prompt's own, each once");
    }
    return fallbacks;
  }

  private static Optional<SemanticCaching> semantic(
      Fields content, PromptTemplate template, Map<String, Variable> variables) {
    Optional<SemanticCaching> semantic = content.find("semantic").map(ContentFields::semantic);
    semantic
        .flatMap(said -> PromptContent.validateSemanticCaching(said, template, variables))
        .ifPresent(
            fault -> {
              throw Fields.invalid("semantic.variable", fault);
            });
    return semantic;
  }

  private static SemanticCaching semantic(JsonNode said) {
    Fields fields = Fields.of("semantic", said, Set.of("threshold", "ttl", "variable"));
    BigDecimal threshold = fields.number("threshold").orElse(SemanticCaching.DEFAULT_THRESHOLD);
    if (!SemanticCaching.isValidThreshold(threshold)) {
      throw fields.refuse("threshold", "must be between 0.5 and 1 with at most 4 decimals");
    }
    return new SemanticCaching(
        threshold,
        choice(fields, "ttl", "a time from 1s to 30d, such as 30m or 1h", SemanticCaching::ttl),
        fields.optionalLine("variable", LONGEST_VARIABLE));
  }

  private static PromptTemplate template(JsonNode content) {
    if (!content.isArray()) {
      requireFits(content.asText().getBytes(StandardCharsets.UTF_8).length);
      return PromptTemplate.ofText(Fields.text("content", content, Integer.MAX_VALUE));
    }
    List<PromptMessage> messages = new ArrayList<>();
    long size = 0;
    for (int i = 0; i < content.size(); i++) {
      PromptMessage message = message("content." + i, content.get(i));
      messages.add(message);
      size += message.template().text().getBytes(StandardCharsets.UTF_8).length;
      size += MESSAGE_OVERHEAD;
      requireFits(size);
    }
    try {
      return new PromptTemplate(messages);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
          ApiError.invalid("content", "The field content is no prompt: " + e.getMessage() + "."));
    }
  }

  private static void requireFits(long bytes) {
    if (bytes > MAX_CONTENT) {
      throw new RefusedException(
          ApiError.tooLarge(
              "content", "The prompt is larger than 350 KB: move long documents to variables."));
    }
  }

  private static PromptMessage message(String field, JsonNode message) {
    Fields fields = Fields.of(field, message, Set.of("role", "content"));
    PromptMessage.Role role =
        choice(fields, "role", "system, user or assistant", PromptMessage.Role::of)
            .orElseThrow(
                () ->
                    new RefusedException(
                        ApiError.missing(
                            field + ".role", "The field " + field + ".role is missing.")));
    return new PromptMessage(
        role, new Template(fields.text("content", "it is what is said", Integer.MAX_VALUE)));
  }

  private static Map<String, Variable> variables(JsonNode declared) {
    if (!declared.isObject()) {
      throw Fields.invalid(
          "variables", "must be an object, such as {\"context\": {\"type\": \"document\"}}");
    }
    Map<String, Variable> variables = new TreeMap<>();
    for (Map.Entry<String, JsonNode> variable : declared.properties()) {
      if (!Variable.isValidName(variable.getKey())) {
        throw Fields.invalid(
            "variables." + variable.getKey(), "must have a name like " + Variable.NAME_REGEX);
      }
      variables.put(
          variable.getKey(), variable("variables." + variable.getKey(), variable.getValue()));
    }
    return variables;
  }

  /** Either a type's name, or an object that says more. */
  private static Variable variable(String field, JsonNode declared) {
    if (declared.isTextual()) {
      return new Variable(type(field, declared.textValue()), true, Optional.empty(), false);
    }
    Fields fields = Fields.of(field, declared, Set.of("type", "required", "default", "cache"));
    Variable.Type type =
        fields
            .find("type")
            .map(value -> type(field + ".type", value.asText()))
            .orElse(Variable.Type.STRING);
    Optional<JsonNode> fallback = fields.find("default");
    if (fallback.isPresent() && !type.accepts(fallback.get())) {
      throw Fields.invalid(field + ".default", "must be " + type.constraint());
    }
    boolean required =
        fields.find("required").isPresent() ? fields.flag("required") : fallback.isEmpty();
    if (required && fallback.isPresent()) {
      throw Fields.invalid(field + ".required", "must not be true beside a default");
    }
    return new Variable(type, required, fallback, fields.flag("cache"));
  }

  private static Variable.Type type(String field, String id) {
    return Variable.Type.of(id)
        .orElseThrow(
            () -> Fields.invalid(field, "must be string, number, boolean, list or document"));
  }

  private static <T> Optional<T> choice(
      Fields fields, String field, String choices, Function<String, Optional<T>> of) {
    return fields
        .find(field)
        .map(
            value ->
                of.apply(value.asText())
                    .orElseThrow(() -> fields.refuse(field, "must be " + choices)));
  }
}
