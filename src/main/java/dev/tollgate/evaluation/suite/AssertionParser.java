package dev.tollgate.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.evaluation.suite.Assertion.Check;
import dev.tollgate.evaluation.suite.Assertion.Contains;
import dev.tollgate.evaluation.suite.Assertion.Contains.Quantity;
import dev.tollgate.evaluation.suite.TestCase.Weighted;
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
  private static final String NOT = "not-";

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

  static Weighted read(YamlValue assertion) {
    Map<String, YamlValue> fields = SuiteParser.fields(assertion, FIELDS);
    YamlValue type = fields.get("type");
    if (type == null) {
      throw assertion.problem("must have a type, such as contains");
    }
    AssertionParser parser =
        new AssertionParser(
            type,
            Optional.ofNullable(fields.get("value")),
            Optional.ofNullable(fields.get("threshold")));
    return new Weighted(
        parser.assertion(),
        Optional.ofNullable(fields.get("weight"))
            .map(AssertionParser::weight)
            .orElse(BigDecimal.ONE));
  }

  private Assertion assertion() {
    String name = type.text();
    if (name.startsWith(NOT)) {
      return new Assertion.Not(
          check(name.substring(NOT.length())).orElseThrow(() -> unsupported(name)));
    }
    return switch (name) {
      case "llm-rubric" -> new Assertion.Rubric(text(), threshold.map(AssertionParser::share));
      case "context-faithfulness" -> {
        noValue();
        yield new Assertion.ContextFaithfulness(
            threshold.map(AssertionParser::share).orElse(BigDecimal.ZERO));
      }
      default -> check(name).orElseThrow(() -> unsupported(name));
    };
  }

  private Optional<Check> check(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "equals" -> new Assertion.Equals(noThreshold(equalValue()));
          case "contains" -> contains(Quantity.ONE, false);
          case "icontains" -> contains(Quantity.ONE, true);
          case "contains-any" -> contains(Quantity.ANY, false);
          case "icontains-any" -> contains(Quantity.ANY, true);
          case "contains-all" -> contains(Quantity.ALL, false);
          case "icontains-all" -> contains(Quantity.ALL, true);
          case "starts-with" -> new Assertion.StartsWith(noThreshold(text()));
          case "regex" -> new Assertion.Matches(noThreshold(regex()));
          case "is-json" -> {
            noValue();
            yield noThreshold(new Assertion.IsJson());
          }
          case "latency" -> {
            noValue();
            yield new Assertion.Latency(limit("milliseconds"));
          }
          case "cost" -> {
            noValue();
            yield new Assertion.Cost(limit("USD"));
          }
          default -> null;
        });
  }

  private SuiteException unsupported(String name) {
    return type.problem(
        name.contains("javascript") || name.contains("python") || name.contains("ruby")
            ? name + " is not supported: Tollgate runs no code of a suite's"
            : name + " is not supported: docs/judge.md lists the types that are");
  }

  private Contains contains(Quantity quantity, boolean ignoreCase) {
    YamlValue given = value();
    List<String> texts =
        quantity == Quantity.ONE
            ? List.of(word(given))
            : given.isText()
                ? separated(given)
                : given.items("an item of value").stream().map(AssertionParser::word).toList();
    if (texts.isEmpty()) {
      throw given.problem("must hold at least one text");
    }
    return noThreshold(new Contains(quantity, texts, ignoreCase));
  }

  /** Texts between commas, as promptfoo has them beside lists. */
  private static List<String> separated(YamlValue given) {
    String text = plain(given, given.text());
    if (text.contains("\"")) {
      throw given.problem("has quotation marks: write it as a list");
    }
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private JsonNode equalValue() {
    YamlValue given = value();
    JsonNode json = given.json();
    if (json.isNull()) {
      throw given.problem("must not be empty");
    }
    return json.isContainerNode() ? json : TextNode.valueOf(scalar(given, json));
  }

  private Regex regex() {
    String pattern = text();
    try {
      return Regex.of(pattern);
    } catch (IllegalArgumentException e) {
      throw value().problem(String.valueOf(e.getMessage()));
    }
  }

  private String text() {
    YamlValue given = value();
    return plain(given, given.text());
  }

  private static String word(YamlValue given) {
    String word = scalar(given, given.json());
    if (word.isEmpty()) {
      throw given.problem("must not be empty");
    }
    return word;
  }

  /** Numbers and flags as JavaScript writes them, since an answer is compared with that. */
  private static String scalar(YamlValue given, JsonNode json) {
    if (json.isTextual()) {
      return plain(given, json.textValue());
    }
    if (json.isBoolean()) {
      return json.asText();
    }
    if (json.isNumber()) {
      BigDecimal number = json.decimalValue().stripTrailingZeros();
      if (number.precision() > 15 || number.scale() > 6 || number.scale() < -15) {
        throw given.problem("is a number that tools write differently: put it in quotation marks");
      }
      return number.toPlainString();
    }
    throw given.problem("must be a text");
  }

  private static String plain(YamlValue given, String text) {
    if (TEMPLATE.matcher(text).find()) {
      throw given.problem("holds a template ({{, {% or {#): write out what is expected");
    }
    if (text.startsWith("file://")) {
      throw given.problem("names a file, which Tollgate does not read: put its text here");
    }
    return text;
  }

  private YamlValue value() {
    return value.orElseThrow(() -> type.problem(type.text() + " needs a value"));
  }

  private void noValue() {
    value.ifPresent(
        given -> {
          throw given.problem("is not supported with " + type.text() + ": leave it out");
        });
  }

  private <T> T noThreshold(T read) {
    threshold.ifPresent(
        given -> {
          throw given.problem("means nothing to " + type.text() + ": leave it out");
        });
    return read;
  }

  private BigDecimal limit(String unit) {
    BigDecimal limit =
        threshold
            .orElseThrow(() -> type.problem(type.text() + " needs a threshold in " + unit))
            .number();
    if (limit.signum() < 0) {
      throw threshold.get().problem("must not be negative");
    }
    return limit;
  }

  static BigDecimal share(YamlValue given) {
    BigDecimal share = given.number();
    if (share.signum() < 0 || share.compareTo(BigDecimal.ONE) > 0) {
      throw given.problem("must be between 0 and 1");
    }
    return share;
  }

  private static BigDecimal weight(YamlValue given) {
    BigDecimal weight = given.number();
    if (weight.signum() < 0) {
      throw given.problem("must not be negative");
    }
    return weight;
  }
}
