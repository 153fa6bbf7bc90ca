package dev.tollgate.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.evaluation.suite.Assertion.Check;
import dev.tollgate.evaluation.suite.Assertion.Contains;
import dev.tollgate.evaluation.suite.Assertion.Contains.Quantity;
import dev.tollgate.evaluation.suite.TestCase.WeightedAssertion;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Parses one assertion of a suite. */
final class AssertionParser {
  private static final Set<String> FIELDS =
      Set.of("type", "value", "threshold", "weight", "metric");
  private static final String NOT_PREFIX = "not-";

  /** The delimiters of Nunjucks, whose templates promptfoo would evaluate. */
  private static final Pattern TEMPLATE = Pattern.compile("\\{[{%#]");

  private final YamlValue type;
  private final Optional<YamlValue> value;
  private final Optional<YamlValue> threshold;

  private AssertionParser(
      YamlValue type, Optional<YamlValue> value, Optional<YamlValue> threshold) {
    this.type = type;
    this.value = value;
    this.threshold = threshold;
  }

  static WeightedAssertion parse(YamlValue assertion) {
    Map<String, YamlValue> fields = SuiteParser.requireKnownFields(assertion, FIELDS);
    YamlValue type = fields.get("type");
    if (type == null) {
      throw assertion.invalid("must have a type, such as contains");
    }
    AssertionParser parser =
        new AssertionParser(
            type,
            Optional.ofNullable(fields.get("value")),
            Optional.ofNullable(fields.get("threshold")));
    return new WeightedAssertion(
        parser.parseAssertion(),
        Optional.ofNullable(fields.get("weight"))
            .map(AssertionParser::parseWeight)
            .orElse(BigDecimal.ONE));
  }

  private Assertion parseAssertion() {
    String name = type.text();
    if (name.startsWith(NOT_PREFIX)) {
      return new Assertion.Not(
          parseCheck(name.substring(NOT_PREFIX.length())).orElseThrow(() -> unsupported(name)));
    }
    return switch (name) {
      case "llm-rubric" ->
          new Assertion.Rubric(text(), threshold.map(AssertionParser::parseFraction));
      case "context-faithfulness" -> {
        requireNoValue();
        yield new Assertion.ContextFaithfulness(
            threshold.map(AssertionParser::parseFraction).orElse(BigDecimal.ZERO));
      }
      default -> parseCheck(name).orElseThrow(() -> unsupported(name));
    };
  }

  private Optional<Check> parseCheck(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "equals" -> new Assertion.Equals(requireNoThreshold(parseEqualsValue()));
          case "contains" -> parseContains(Quantity.ONE, false);
          case "icontains" -> parseContains(Quantity.ONE, true);
          case "contains-any" -> parseContains(Quantity.ANY, false);
          case "icontains-any" -> parseContains(Quantity.ANY, true);
          case "contains-all" -> parseContains(Quantity.ALL, false);
          case "icontains-all" -> parseContains(Quantity.ALL, true);
          case "starts-with" -> new Assertion.StartsWith(requireNoThreshold(text()));
          case "regex" -> new Assertion.Matches(requireNoThreshold(parseRegex()));
          case "is-json" -> {
            requireNoValue();
            yield requireNoThreshold(new Assertion.IsJson());
          }
          case "latency" -> {
            requireNoValue();
            yield new Assertion.Latency(parseLimit("milliseconds"));
          }
          case "cost" -> {
            requireNoValue();
            yield new Assertion.Cost(parseLimit("USD"));
          }
          default -> null;
        });
  }

  private InvalidSuiteException unsupported(String name) {
    return type.invalid(
        name.contains("javascript") || name.contains("python") || name.contains("ruby")
            ? name + " is not supported: Tollgate does not run code of a suite"
            : name + " is not supported: docs/judge.md lists the supported types");
  }

  private Contains parseContains(Quantity quantity, boolean ignoreCase) {
    YamlValue value = value();
    List<String> texts =
        quantity == Quantity.ONE
            ? List.of(parseNonEmptyScalar(value))
            : value.isText()
                ? splitAtCommas(value)
                : value.items("an item of value").stream()
                    .map(AssertionParser::parseNonEmptyScalar)
                    .toList();
    if (texts.isEmpty()) {
      throw value.invalid("must contain at least one text");
    }
    return requireNoThreshold(new Contains(quantity, texts, ignoreCase));
  }

  /** Splits texts at commas, which promptfoo accepts as well as lists. */
  private static List<String> splitAtCommas(YamlValue value) {
    String text = requirePlainText(value, value.text());
    if (text.contains("\"")) {
      throw value.invalid("has quotation marks: write it as a list");
    }
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private JsonNode parseEqualsValue() {
    YamlValue value = value();
    JsonNode json = value.json();
    if (json.isNull()) {
      throw value.invalid("must not be empty");
    }
    return json.isContainerNode() ? json : TextNode.valueOf(parseScalar(value, json));
  }

  private Regex parseRegex() {
    String pattern = text();
    try {
      return Regex.of(pattern);
    } catch (IllegalArgumentException e) {
      throw value().invalid(String.valueOf(e.getMessage()));
    }
  }

  private String text() {
    YamlValue value = value();
    return requirePlainText(value, value.text());
  }

  private static String parseNonEmptyScalar(YamlValue value) {
    String word = parseScalar(value, value.json());
    if (word.isEmpty()) {
      throw value.invalid("must not be empty");
    }
    return word;
  }

  /** Formats numbers and booleans as JavaScript does, for the comparison with an answer. */
  private static String parseScalar(YamlValue value, JsonNode json) {
    if (json.isTextual()) {
      return requirePlainText(value, json.textValue());
    }
    if (json.isBoolean()) {
      return json.asText();
    }
    if (json.isNumber()) {
      BigDecimal number = json.decimalValue().stripTrailingZeros();
      if (number.precision() > 15 || number.scale() > 6 || number.scale() < -15) {
        throw value.invalid("is a number that tools format differently: put it in quotation marks");
      }
      return number.toPlainString();
    }
    throw value.invalid("must be a text");
  }

  private static String requirePlainText(YamlValue value, String text) {
    if (TEMPLATE.matcher(text).find()) {
      throw value.invalid("contains a template ({{, {% or {#): write the expected text");
    }
    if (text.startsWith("file://")) {
      throw value.invalid("refers to a file, which Tollgate does not read: insert its text");
    }
    return text;
  }

  private YamlValue value() {
    return value.orElseThrow(() -> type.invalid(type.text() + " needs a value"));
  }

  private void requireNoValue() {
    value.ifPresent(
        value -> {
          throw value.invalid("is not supported with " + type.text() + ": remove it");
        });
  }

  private <T> T requireNoThreshold(T parsed) {
    threshold.ifPresent(
        value -> {
          throw value.invalid("is not supported with " + type.text() + ": remove it");
        });
    return parsed;
  }

  private BigDecimal parseLimit(String unit) {
    BigDecimal limit =
        threshold
            .orElseThrow(() -> type.invalid(type.text() + " needs a threshold in " + unit))
            .number();
    if (limit.signum() < 0) {
      throw threshold.get().invalid("must not be negative");
    }
    return limit;
  }

  static BigDecimal parseFraction(YamlValue value) {
    BigDecimal share = value.number();
    if (share.signum() < 0 || share.compareTo(BigDecimal.ONE) > 0) {
      throw value.invalid("must be between 0 and 1");
    }
    return share;
  }

  private static BigDecimal parseWeight(YamlValue value) {
    BigDecimal weight = value.number();
    if (weight.signum() < 0) {
      throw value.invalid("must not be negative");
    }
    return weight;
  }
}
