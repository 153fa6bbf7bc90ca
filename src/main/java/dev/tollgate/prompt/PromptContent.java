package dev.tollgate.prompt;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.audit.Sha256;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everything of a prompt version that shapes an answer.
 *
 * @param temperature sampling temperature, 0 to 1; absent leaves it to the model
 * @param maxTokens the most output tokens an answer may have
 * @param variables what is declared of variables, by name
 * @param cacheable whether answers may be reused although the temperature is not 0
 * @param cacheScope who may be given a reused answer
 * @param promptCaching for how long the provider shall keep the text that is the same in every call
 * @param fallbacks the models to ask, one after the other, when {@code model} cannot be reached
 * @param semantic whether answers may be reused for similar questions, and for which; absent
 *     forbids it
 */
public record PromptContent(
    PromptTemplate template,
    String model,
    Optional<BigDecimal> temperature,
    int maxTokens,
    Map<String, Variable> variables,
    boolean cacheable,
    CacheScope cacheScope,
    PromptCaching promptCaching,
    List<String> fallbacks,
    Optional<SemanticCaching> semantic) {
  public static final int DEFAULT_MAX_TOKENS = 1024;

  /** Anthropic takes at most four cache marks in a request. */
  public static final int MAX_CACHE_BREAKPOINTS = 4;

  /** More would leave each too little of a call's time. */
  public static final int MAX_FALLBACKS = 3;

  private static final int HASH_LENGTH = 12;

  public PromptContent {
    if (model.isBlank()) {
      throw new IllegalArgumentException("model must name a model");
    }
    if (maxTokens < 1) {
      throw new IllegalArgumentException("max_tokens must be at least 1: " + maxTokens);
    }
    if (temperature.isPresent() && !isValidTemperature(temperature.get())) {
      throw new IllegalArgumentException("temperature must be between 0 and 1");
    }
    for (String name : variables.keySet()) {
      if (!Variable.isValidName(name)) {
        throw new IllegalArgumentException("variables must match " + Variable.NAME_REGEX);
      }
    }
    if (countCacheBreakpoints(variables, promptCaching) > MAX_CACHE_BREAKPOINTS) {
      throw new IllegalArgumentException(
          "at most " + MAX_CACHE_BREAKPOINTS + " cache marks are allowed");
    }
    if (fallbacks.size() > MAX_FALLBACKS || fallbacks.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          "fallbacks must name at most " + MAX_FALLBACKS + " models");
    }
    if (fallbacks.contains(model) || fallbacks.stream().distinct().count() < fallbacks.size()) {
      throw new IllegalArgumentException("fallbacks must each name another model");
    }
    Optional<String> fault =
        semantic.isPresent()
            ? validateSemanticCaching(semantic.get(), template, variables)
            : Optional.empty();
    if (fault.isPresent()) {
      throw new IllegalArgumentException("semantic.variable " + fault.get());
    }
    fallbacks = List.copyOf(fallbacks);
    variables = Collections.unmodifiableMap(new TreeMap<>(variables));
  }

  /** A system text with no more said than it needs. */
  public static PromptContent ofText(
      String text, String model, Optional<BigDecimal> temperature, int maxTokens) {
    return new PromptContent(
        PromptTemplate.ofText(text),
        model,
        temperature,
        maxTokens,
        Map.of(),
        false,
        CacheScope.TEAM,
        PromptCaching.OFF,
        List.of(),
        Optional.empty());
  }

  /** Whether a number is between 0 and 1 and has at most six decimals. */
  public static boolean isValidTemperature(BigDecimal value) {
    return value.signum() >= 0 && value.compareTo(BigDecimal.ONE) <= 0 && value.scale() <= 6;
  }

  /** How many places of the provider's prompt cache these settings mark. */
  public static long countCacheBreakpoints(Map<String, Variable> variables, PromptCaching caching) {
    return variables.values().stream().filter(Variable::cacheBreakpoint).count()
        + (caching == PromptCaching.OFF ? 0 : 1);
  }

  /**
   * What is wrong with the variable that is to hold the user's question, if anything is. A prompt
   * that asks by itself must say which part of that is the question: else two questions on long
   * documents would be alike for the documents' sake.
   */
  public static Optional<String> validateSemanticCaching(
      SemanticCaching semantic, PromptTemplate template, Map<String, Variable> variables) {
    if (semantic.variable().isEmpty()) {
      return template.endsWithUserMessage() && !template.lastMessageVariables().isEmpty()
          ? Optional.of("must name the variable that holds the user's question")
          : Optional.empty();
    }
    String name = semantic.variable().get();
    if (!template.variables().contains(name)) {
      return Optional.of("must name a variable that stands in the prompt");
    }
    return variables.getOrDefault(name, Variable.UNDECLARED).type() == Variable.Type.STRING
        ? Optional.empty()
        : Optional.of("must name a variable of type string");
  }

  /**
   * Whether callers of another content may be given this one: it takes the same variables, demands
   * none that they may leave out, and asks by itself if the other does.
   */
  public boolean isCompatibleWith(PromptContent other) {
    Map<String, Variable> theirs = other.acceptedVariables();
    Map<String, Variable> taken = acceptedVariables();
    return template.endsWithUserMessage() == other.template.endsWithUserMessage()
        && taken.keySet().equals(theirs.keySet())
        && theirs.entrySet().stream()
            .allMatch(
                their -> {
                  Variable own = requireNonNull(taken.get(their.getKey()));
                  return own.type() == their.getValue().type()
                      && (their.getValue().required() || !own.required());
                });
  }

  private Map<String, Variable> acceptedVariables() {
    Map<String, Variable> taken = new HashMap<>(variables);
    template.variables().forEach(name -> taken.putIfAbsent(name, Variable.UNDECLARED));
    return taken;
  }

  /** Puts a call's values into the template. */
  public RenderResult render(Map<String, JsonNode> values) {
    return template.render(variables, values, promptCaching != PromptCaching.OFF);
  }

  /**
   * What drift compares with a file: the first 12 hex digits of the SHA-256 of the text, or of the
   * RFC 8785 JSON of a chat's messages.
   */
  public String hash() {
    return template
        .text()
        .map(Sha256::of)
        .orElseGet(() -> Sha256.of(PromptContentJson.template(template)))
        .substring(0, HASH_LENGTH);
  }

  /** The SHA-256 of the RFC 8785 JSON of all components: what the gate and the cache go by. */
  public String versionHash() {
    return Sha256.of(PromptContentJson.write(this));
  }
}
