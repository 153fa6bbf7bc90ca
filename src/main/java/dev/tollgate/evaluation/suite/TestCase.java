package dev.tollgate.evaluation.suite;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableMap;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.prompt.content.PromptContent;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A test case of a prompt: its variables and the assertions about the answer.
 *
 * @param id the position in the suite, such as {@code case-001} or {@code held-out-001}
 * @param vars the variables of the prompt, and the user's question as {@value #QUERY}
 * @param threshold the minimum weighted score of a passed case; without one, every assertion must
 *     pass
 * @param heldOut whether outputs must hide its texts and answers
 */
public record TestCase(
    String id,
    Optional<String> description,
    Map<String, JsonNode> vars,
    List<WeightedAssertion> assertions,
    Optional<BigDecimal> threshold,
    RepeatPolicy repeat,
    boolean heldOut) {
  /** The variable with the user's question, as promptfoo's retrieval assertions name it. */
  public static final String QUERY = "query";

  /** The variable that answers must be faithful to. */
  public static final String CONTEXT = "context";

  public TestCase {
    vars = Map.copyOf(vars);
    assertions = List.copyOf(assertions);
  }

  /**
   * An assertion with its weight.
   *
   * @param weight at least 0; with 0, the assertion does not change the score
   */
  public record WeightedAssertion(Assertion assertion, BigDecimal weight) {
    public WeightedAssertion {
      if (weight.signum() < 0) {
        throw new IllegalArgumentException("A weight cannot be negative: " + weight);
      }
    }
  }

  /** Returns the variables of the prompt, with the question only if the prompt uses it. */
  public Map<String, JsonNode> variablesFor(PromptContent prompt) {
    return vars.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(QUERY) || hasQueryPlaceholder(prompt))
        .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Returns the question as a user message, unless the prompt uses it as a variable. */
  public Optional<String> messageFor(PromptContent prompt) {
    return hasQueryPlaceholder(prompt) ? Optional.empty() : question();
  }

  public Optional<String> question() {
    return text(QUERY);
  }

  /** Returns the context, with blank lines between passages. */
  Optional<String> context() {
    return text(CONTEXT);
  }

  private Optional<String> text(String variable) {
    return Optional.ofNullable(vars.get(variable))
        .map(value -> value.isArray() ? joinPassages(value) : value.asText());
  }

  private static String joinPassages(JsonNode passages) {
    return passages.valueStream().map(JsonNode::asText).collect(joining("\n\n"));
  }

  private static boolean hasQueryPlaceholder(PromptContent prompt) {
    return prompt.variables().containsKey(QUERY) || prompt.template().variables().contains(QUERY);
  }
}
