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

/** Reads one assertion of a suite. */
final class AssertionParser {
  private static final Set<String> FIELDS =
      Set.of("type", "value", "threshold", "weight", "metric");
  private static final String NOT_PREFIX = "not-";

  /** Nunjucks' marks, between which promptfoo would compute something. */
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
            ? name + " is not supported: Tollgate runs no code of a suite's"
            : name + " is not supported: docs/judge.md lists the types that are");
  }

  private Contains parseContains(Quantity quantity, boolean ignoreCase) {
    YamlValue given = value();
    List<String> texts =
        quantity == Quantity.ONE
            ? List.of(parseNonEmptyScalar(given))
            : given.isText()
                ? splitAtCommas(given)
                : given.items("an item of value").stream()
                    .map(AssertionParser::parseNonEmptyScalar)
                    .toList();
    if (texts.isEmpty()) {
      throw given.invalid("must hold at least one text");
    }
    return requireNoThreshold(new Contains(quantity, texts, ignoreCase));
  }

  /** Texts between commas, as promptfoo has them beside lists. */
  private static List<String> splitAtCommas(YamlValue given) {
    String text = requirePlainText(given, given.text());
    if (text.contains("\"")) {
      throw given.invalid("has quotation marks: write it as a list");
    }
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private JsonNode parseEqualsValue() {
    YamlValue given = value();
    JsonNode json = given.json();
    if (json.isNull()) {
      throw given.invalid("must not be empty");
    }
    return json.isContainerNode() ? json : TextNode.valueOf(parseScalar(given, json));
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
    YamlValue given = value();
    return requirePlainText(given, given.text());
  }

  private static String parseNonEmptyScalar(YamlValue given) {
    String word = parseScalar(given, given.json());
    if (word.isEmpty()) {
      throw given.invalid("must not be empty");
    }
    return word;
  }

  /** Numbers and flags as JavaScript writes them, since an answer is compared with that. */
  private static String parseScalar(YamlValue given, JsonNode json) {
    if (json.isTextual()) {
      return requirePlainText(given, json.textValue());
    }
    if (json.isBoolean()) {
      return json.asText();
    }
    if (json.isNumber()) {
      BigDecimal number = json.decimalValue().stripTrailingZeros();
      if (number.precision() > 15 || number.scale() > 6 || number.scale() < -15) {
        throw given.invalid("is a number that tools write differently: put it in quotation marks");
      }
      return number.toPlainString();
    }
    throw given.invalid("must be a text");
  }

  private static String requirePlainText(YamlValue given, String text) {
    if (TEMPLATE.matcher(text).find()) {
      throw given.invalid("holds a template ({{, {% or {#): write out what is expected");
    }
    if (text.startsWith("file://")) {
      throw given.invalid("names a file, which Tollgate does not read: put its text here");
    }
    return text;
  }

  private YamlValue value() {
    return value.orElseThrow(() -> type.invalid(type.text() + " needs a value"));
  }

  private void requireNoValue() {
    value.ifPresent(
        given -> {
          throw given.invalid("is not supported with " + type.text() + ": leave it out");
        });
  }

  private <T> T requireNoThreshold(T read) {
    threshold.ifPresent(
        given -> {
          throw given.invalid("means nothing to " + type.text() + ": leave it out");
        });
    return read;
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

  static BigDecimal parseFraction(YamlValue given) {
    BigDecimal share = given.number();
    if (share.signum() < 0 || share.compareTo(BigDecimal.ONE) > 0) {
      throw given.invalid("must be between 0 and 1");
    }
    return share;
  }

  private static BigDecimal parseWeight(YamlValue given) {
    BigDecimal weight = given.number();
    if (weight.signum() < 0) {
      throw given.invalid("must not be negative");
    }
    return weight;
  }
}
