package dev.tollgate.prompt.content;

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
 * The content of a prompt version: everything that shapes a response.
 *
 * @param variables the declared variables by name
 */
public record PromptContent(
    PromptTemplate template,
    ModelSettings modelSettings,
    Map<String, Variable> variables,
    CacheSettings cacheSettings) {
  public static final int DEFAULT_MAX_TOKENS = 1024;

  /** Anthropic accepts at most four cache breakpoints in a request. */
  public static final int MAX_CACHE_BREAKPOINTS = 4;

  /** More fallbacks would leave each of them too little of a call's time. */
  public static final int MAX_FALLBACKS = 3;

  private static final int HASH_LENGTH = 12;

  public PromptContent {
    for (String name : variables.keySet()) {
      if (!Variable.isValidName(name)) {
        throw new IllegalArgumentException("variables must match " + Variable.NAME_REGEX);
      }
    }
    if (countCacheBreakpoints(variables, cacheSettings.promptCaching()) > MAX_CACHE_BREAKPOINTS) {
      throw new IllegalArgumentException(
          "at most " + MAX_CACHE_BREAKPOINTS + " cache breakpoints are allowed");
    }
    Optional<SemanticCaching> semantic = cacheSettings.semantic();
    Optional<String> error =
        semantic.isPresent()
            ? validateSemanticCaching(semantic.get(), template, variables)
            : Optional.empty();
    if (error.isPresent()) {
      throw new IllegalArgumentException("semantic.variable " + error.get());
    }
    variables = Collections.unmodifiableMap(new TreeMap<>(variables));
  }

  /** A system text with default settings. */
  public static PromptContent ofText(
      String text, String model, Optional<BigDecimal> temperature, int maxTokens) {
    return new PromptContent(
        PromptTemplate.ofText(text),
        new ModelSettings(model, temperature, maxTokens, List.of()),
        Map.of(),
        CacheSettings.DEFAULT);
  }

  public String model() {
    return modelSettings.model();
  }

  public Optional<BigDecimal> temperature() {
    return modelSettings.temperature();
  }

  public int maxTokens() {
    return modelSettings.maxTokens();
  }

  public List<String> fallbacks() {
    return modelSettings.fallbacks();
  }

  public boolean cacheable() {
    return cacheSettings.cacheable();
  }

  public CacheScope cacheScope() {
    return cacheSettings.scope();
  }

  public PromptCaching promptCaching() {
    return cacheSettings.promptCaching();
  }

  public Optional<SemanticCaching> semantic() {
    return cacheSettings.semantic();
  }

  /** Whether a number is between 0 and 1 and has at most six decimals. */
  public static boolean isValidTemperature(BigDecimal value) {
    return value.signum() >= 0 && value.compareTo(BigDecimal.ONE) <= 0 && value.scale() <= 6;
  }

  /** The number of cache breakpoints that these settings set. */
  public static long countCacheBreakpoints(Map<String, Variable> variables, PromptCaching caching) {
    return variables.values().stream().filter(Variable::cacheBreakpoint).count()
        + (caching == PromptCaching.OFF ? 0 : 1);
  }

  /**
   * Validates the variable that holds the user's question, and returns the error. A prompt with a
   * user message must name that variable. Otherwise two different questions on one long document
   * would look similar because of the document.
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
      return Optional.of("must name a variable of the prompt");
    }
    return variables.getOrDefault(name, Variable.UNDECLARED).type() == Variable.Type.STRING
        ? Optional.empty()
        : Optional.of("must name a variable of type string");
  }

  /**
   * Whether this content can replace another one for its callers. It must have the same variables,
   * require none that is optional there, and end with a user message if the other does.
   */
  public boolean isCompatibleWith(PromptContent other) {
    Map<String, Variable> theirs = other.acceptedVariables();
    Map<String, Variable> own = acceptedVariables();
    return template.endsWithUserMessage() == other.template.endsWithUserMessage()
        && own.keySet().equals(theirs.keySet())
        && theirs.entrySet().stream()
            .allMatch(
                their -> {
                  Variable variable = requireNonNull(own.get(their.getKey()));
                  return variable.type() == their.getValue().type()
                      && (their.getValue().required() || !variable.required());
                });
  }

  private Map<String, Variable> acceptedVariables() {
    Map<String, Variable> accepted = new HashMap<>(variables);
    template.variables().forEach(name -> accepted.putIfAbsent(name, Variable.UNDECLARED));
    return accepted;
  }

  /** Renders the template with the values of a call. */
  public RenderResult render(Map<String, JsonNode> values) {
    return template.render(variables, values, promptCaching() != PromptCaching.OFF);
  }

  /**
   * The hash by which drift detection compares files. It is the first 12 hex digits of the SHA-256
   * of the text, or of the RFC 8785 JSON of a chat's messages.
   */
  public String hash() {
    return template
        .text()
        .map(Sha256::of)
        .orElseGet(() -> Sha256.of(PromptContentJson.template(template)))
        .substring(0, HASH_LENGTH);
  }

  /** The SHA-256 of the RFC 8785 JSON of all components, which the gate and the cache use. */
  public String versionHash() {
    return Sha256.of(PromptContentJson.write(this));
  }
}
