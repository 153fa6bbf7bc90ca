package dev.tollgate.evaluation.suite;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.evaluation.suite.TestCase.WeightedAssertion;
import dev.tollgate.prompt.content.Variable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Parses cases in promptfoo's format. It rejects everything that promptfoo would interpret
 * differently, so that both tools run the same tests.
 */
final class SuiteParser {
  private static final int MAX_CASES = 500;
  private static final int MAX_ASSERTIONS = 100;

  /** Only promptfoo uses {@code prompts} and {@code providers}: Tollgate has its registry. */
  private static final Set<String> SUITE_FIELDS =
      Set.of("description", "prompts", "providers", "defaultTest", "tests");

  private static final Set<String> CASE_FIELDS =
      Set.of("description", "vars", "assert", "threshold", "options", "metadata");
  private static final Set<String> OPTIONS =
      Set.of("repeat", "disableVarExpansion", "disableDefaultAsserts");

  /** The field of a case's metadata with the number of attempts that must pass. */
  private static final String REQUIRED_PASSES = "required_passes";

  private final boolean heldOut;

  SuiteParser(boolean heldOut) {
    this.heldOut = heldOut;
  }

  List<TestCase> parse(String yaml) {
    YamlValue suite = YamlValue.read(yaml, "the suite");
    Map<String, YamlValue> fields = requireKnownFields(suite, SUITE_FIELDS);
    CaseFields defaults =
        Optional.ofNullable(fields.get("defaultTest"))
            .map(value -> CaseFields.of(value, "defaultTest"))
            .orElse(CaseFields.NONE);
    YamlValue tests = fields.get("tests");
    if (tests == null) {
      throw suite.invalid("must have tests, a list of at least one case");
    }
    List<YamlValue> items = tests.items("a case");
    if (items.isEmpty() || items.size() > MAX_CASES) {
      throw tests.invalid("must contain between 1 and " + MAX_CASES + " cases");
    }
    List<TestCase> cases = new ArrayList<>();
    for (YamlValue item : items) {
      cases.add(parseCase(item, cases.size() + 1, defaults));
    }
    return cases;
  }

  /** The fields of a case or of {@code defaultTest}. */
  private record CaseFields(
      Optional<String> description,
      Map<String, YamlValue> vars,
      List<WeightedAssertion> assertions,
      Optional<BigDecimal> threshold,
      Map<String, YamlValue> options,
      Optional<YamlValue> requiredPasses) {
    static final CaseFields NONE =
        new CaseFields(
            Optional.empty(), Map.of(), List.of(), Optional.empty(), Map.of(), Optional.empty());

    static CaseFields of(YamlValue value, String what) {
      Map<String, YamlValue> fields = requireKnownFields(value, CASE_FIELDS);
      return new CaseFields(
          Optional.ofNullable(fields.get("description")).map(YamlValue::text),
          Optional.ofNullable(fields.get("vars")).map(YamlValue::fields).orElse(Map.of()),
          Optional.ofNullable(fields.get("assert"))
              .map(list -> list.items("an assertion of " + what))
              .orElse(List.of())
              .stream()
              .map(AssertionParser::parse)
              .toList(),
          Optional.ofNullable(fields.get("threshold")).map(AssertionParser::parseFraction),
          Optional.ofNullable(fields.get("options"))
              .map(options -> requireKnownFields(options, OPTIONS))
              .orElse(Map.of()),
          Optional.ofNullable(fields.get("metadata"))
              .map(metadata -> metadata.fields().get(REQUIRED_PASSES)));
    }
  }

  private TestCase parseCase(YamlValue item, int number, CaseFields defaults) {
    CaseFields own = CaseFields.of(item, "case " + number);
    Map<String, YamlValue> options = merge(defaults.options(), own.options());
    Map<String, YamlValue> vars = merge(defaults.vars(), own.vars());
    List<WeightedAssertion> assertions = new ArrayList<>();
    if (!isSet(options, "disableDefaultAsserts")) {
      assertions.addAll(defaults.assertions());
    }
    assertions.addAll(own.assertions());
    if (assertions.stream().noneMatch(SuiteParser::isDecisive)) {
      throw item.invalid("has no assertions: add an assert whose weight is not 0");
    }
    if (assertions.size() > MAX_ASSERTIONS) {
      throw item.invalid("has more than " + MAX_ASSERTIONS + " assertions: split the case");
    }
    boolean lists = isSet(options, "disableVarExpansion");
    Map<String, JsonNode> values = new LinkedHashMap<>();
    vars.forEach((name, value) -> values.put(name, parseVariable(name, value, lists)));
    boolean judged =
        assertions.stream().anyMatch(it -> it.assertion() instanceof Assertion.ContextFaithfulness);
    for (String name : List.of(TestCase.CONTEXT, TestCase.QUERY)) {
      if (judged && !values.containsKey(name)) {
        throw item.invalid("asserts context-faithfulness, which needs vars." + name);
      }
    }
    return new TestCase(
        (heldOut ? "held-out-%03d" : "case-%03d").formatted(number),
        own.description().or(defaults::description),
        values,
        assertions,
        own.threshold().or(defaults::threshold),
        parseRepeat(options, own.requiredPasses().or(defaults::requiredPasses)),
        heldOut);
  }

  /** Faithfulness is decisive with any weight, by its mean over all cases. */
  private static boolean isDecisive(WeightedAssertion weighted) {
    return weighted.weight().signum() > 0
        || weighted.assertion() instanceof Assertion.ContextFaithfulness;
  }

  private static boolean isSet(Map<String, YamlValue> options, String name) {
    YamlValue option = options.get(name);
    return option != null && option.flag();
  }

  private static JsonNode parseVariable(String name, YamlValue value, boolean lists) {
    if (!Variable.isValidName(name)) {
      throw value.invalid("is not a valid variable name: it must match " + Variable.NAME_REGEX);
    }
    JsonNode json = value.json();
    if (json.isTextual() && json.textValue().startsWith("file://")) {
      throw value.invalid("refers to a file, which Tollgate does not read: insert its text");
    }
    if (json.isArray() && !lists) {
      throw value.invalid(
          "is a list, from which promptfoo makes one case per item: write the cases out, or set"
              + " options.disableVarExpansion: true to pass the list as it is");
    }
    boolean question = name.equals(TestCase.QUERY);
    boolean valid =
        question
            ? json.isTextual()
            : name.equals(TestCase.CONTEXT)
                ? json.isTextual() || json.isArray()
                : !json.isObject() && !json.isNull();
    if (!valid) {
      throw value.invalid(
          question ? "must be a text" : "must be a text, a number, a flag or a list");
    }
    return json;
  }

  private static RepeatPolicy parseRepeat(
      Map<String, YamlValue> options, Optional<YamlValue> requiredPasses) {
    YamlValue repeat = options.get("repeat");
    int attempts = repeat == null ? 1 : repeat.count();
    if (repeat != null && (attempts < 1 || attempts > RepeatPolicy.MAX_ATTEMPTS)) {
      throw repeat.invalid("must be between 1 and " + RepeatPolicy.MAX_ATTEMPTS);
    }
    int required = requiredPasses.map(YamlValue::count).orElse(attempts);
    if (required < 1 || required > attempts) {
      throw requiredPasses
          .orElseThrow()
          .invalid("must be between 1 and options.repeat, which is " + attempts);
    }
    return new RepeatPolicy(attempts, required);
  }

  private static <T> Map<String, T> merge(Map<String, T> defaults, Map<String, T> own) {
    Map<String, T> merged = new LinkedHashMap<>(defaults);
    merged.putAll(own);
    return merged;
  }

  static Map<String, YamlValue> requireKnownFields(YamlValue value, Set<String> known) {
    Map<String, YamlValue> fields = value.fields();
    fields.forEach(
        (name, field) -> {
          if (!known.contains(name)) {
            throw field.invalid(
                "is not supported here; these fields are: "
                    + known.stream().sorted().collect(joining(", ")));
          }
        });
    return fields;
  }
}
