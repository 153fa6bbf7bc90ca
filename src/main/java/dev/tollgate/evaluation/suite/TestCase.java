package dev.tollgate.evaluation.suite;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableMap;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.prompt.PromptContent;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One test of a prompt: what is asked, and what the answer must be like.
 *
 * @param id its place in the suite, such as {@code case-001} or {@code held-out-001}
 * @param vars the prompt's variables, and under {@value #QUERY} what the user asks
 * @param threshold the least weighted score with which the case passes; without one, every
 *     assertion must hold
 * @param heldOut whether no output may show its texts and answers
 */
public record TestCase(
    String id,
    Optional<String> description,
    Map<String, JsonNode> vars,
    List<WeightedAssertion> assertions,
    Optional<BigDecimal> threshold,
    RepeatPolicy repeat,
    boolean heldOut) {
  /** The variable that is the user's question, as promptfoo's assertions on retrieval name it. */
  public static final String QUERY = "query";

  /** The variable that answers are to be faithful to. */
  public static final String CONTEXT = "context";

  public TestCase {
    vars = Map.copyOf(vars);
    assertions = List.copyOf(assertions);
  }

  /**
   * An assertion and how much it counts.
   *
   * @param weight at least 0; with 0, what comes of the assertion changes no score
   */
  public record WeightedAssertion(Assertion assertion, BigDecimal weight) {
    public WeightedAssertion {
      if (weight.signum() < 0) {
        throw new IllegalArgumentException("a weight cannot be negative: " + weight);
      }
    }
  }

  /** What the prompt is given: every variable, but the question only if it has a place for it. */
  public Map<String, JsonNode> variablesFor(PromptContent prompt) {
    return vars.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(QUERY) || hasQueryPlaceholder(prompt))
        .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** What the user says to the prompt, unless the prompt has a place for it. */
  public Optional<String> messageFor(PromptContent prompt) {
    return hasQueryPlaceholder(prompt) ? Optional.empty() : question();
  }

  /** What the user asks. */
  public Optional<String> question() {
    return text(QUERY);
  }

  /** What the answer is to be faithful to, passages set apart by blank lines. */
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
