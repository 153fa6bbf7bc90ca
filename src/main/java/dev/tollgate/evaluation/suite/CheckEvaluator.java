package dev.tollgate.evaluation.suite;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tollgate.evaluation.suite.Assertion.Check;
import dev.tollgate.json.JsonMappers;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Evaluates the checks of an answer as promptfoo does. */
final class CheckEvaluator {
  private static final int MAX_QUOTE_LENGTH = 300;
  private static final ObjectReader JSON =
      JsonMappers.EXACT.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private CheckEvaluator() {}

  static boolean passes(Check check, ModelOutput answer) {
    return switch (check) {
      case Assertion.Not(Check opposite) -> !passes(opposite, answer);
      case Assertion.Equals(JsonNode value) ->
          value.isTextual()
              ? answer.text().equals(value.textValue())
              : parseJson(answer.text()).filter(json -> isEqualJson(value, json)).isPresent();
      case Assertion.Contains contains -> containsText(contains, answer.text());
      case Assertion.StartsWith(String text) -> answer.text().startsWith(text);
      case Assertion.Matches(Regex regex) -> regex.isFoundIn(answer.text());
      case Assertion.IsJson() -> parseJson(answer.text()).isPresent();
      case Assertion.Latency(BigDecimal millis) ->
          BigDecimal.valueOf(answer.latency().toMillis()).compareTo(millis) <= 0;
      case Assertion.Cost(BigDecimal usd) -> answer.cost().compareTo(usd) <= 0;
    };
  }

  private static boolean containsText(Assertion.Contains contains, String answer) {
    String text = foldCase(answer, contains.ignoreCase());
    List<String> texts =
        contains.texts().stream().map(it -> foldCase(it, contains.ignoreCase())).toList();
    return switch (contains.quantity()) {
      case ONE, ALL -> texts.stream().allMatch(text::contains);
      case ANY -> texts.stream().anyMatch(text::contains);
    };
  }

  private static String foldCase(String text, boolean ignoreCase) {
    return ignoreCase ? text.toLowerCase(Locale.ROOT) : text;
  }

  /** Treats 1 and 1.0 as equal, as JavaScript does. */
  private static boolean isEqualJson(JsonNode one, JsonNode other) {
    return one.equals(
        (a, b) ->
            a.isNumber() && b.isNumber()
                ? a.decimalValue().compareTo(b.decimalValue())
                : a.equals(b) ? 0 : 1,
        other);
  }

  private static Optional<JsonNode> parseJson(String text) {
    try {
      return Optional.of(JSON.readTree(text)).filter(json -> !(json instanceof MissingNode));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Describes the requirement of a check, to read after "expected". */
  static String describeExpected(Check check) {
    return switch (check) {
      case Assertion.Not(Check opposite) -> "not: " + describeExpected(opposite);
      case Assertion.Equals(JsonNode value) ->
          "the answer is " + (value.isTextual() ? quote(value.textValue()) : value.toString());
      case Assertion.Contains(var quantity, var texts, boolean ignoreCase) ->
          "the answer contains "
              + switch (quantity) {
                case ONE -> "";
                case ANY -> "one of ";
                case ALL -> "all of ";
              }
              + texts.stream().map(CheckEvaluator::quote).collect(joining(", "))
              + (ignoreCase ? ", ignoring case" : "");
      case Assertion.StartsWith(String text) -> "the answer starts with " + quote(text);
      case Assertion.Matches(Regex regex) -> "the answer matches /" + regex + "/";
      case Assertion.IsJson() -> "the answer is JSON";
      case Assertion.Latency(BigDecimal millis) ->
          "the answer takes at most " + millis.toPlainString() + " ms";
      case Assertion.Cost(BigDecimal usd) ->
          "the answer costs at most " + usd.toPlainString() + " USD";
    };
  }

  /** Describes the value that a check evaluated. */
  static String describeActual(Check check, ModelOutput answer) {
    return switch (check) {
      case Assertion.Not(Check opposite) -> describeActual(opposite, answer);
      case Assertion.Latency _ -> answer.latency().toMillis() + " ms";
      case Assertion.Cost _ -> answer.cost().toPlainString() + " USD";
      case Assertion.Equals _,
          Assertion.Contains _,
          Assertion.StartsWith _,
          Assertion.Matches _,
          Assertion.IsJson _ ->
          quote(answer.text());
    };
  }

  static String quote(String text) {
    return '"'
        + (text.length() > MAX_QUOTE_LENGTH ? text.substring(0, MAX_QUOTE_LENGTH) + "..." : text)
        + '"';
  }
}
