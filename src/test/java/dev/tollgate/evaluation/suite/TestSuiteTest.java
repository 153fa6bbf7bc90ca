package dev.tollgate.evaluation.suite;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.evaluation.suite.Assertion.Contains;
import dev.tollgate.evaluation.suite.Assertion.Contains.Quantity;
import dev.tollgate.evaluation.suite.TestCase.WeightedAssertion;
import dev.tollgate.prompt.Suite;
import dev.tollgate.prompt.content.PromptContent;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TestSuiteTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void readsEveryTypeOfAssertion() throws Exception {
    TestCase test =
        only(
            """
            tests:
              - vars: {context: c, query: q}
                assert:
                  - {type: equals, value: yes}
                  - {type: equals, value: {a: [1, 2.5]}}
                  - {type: contains, value: 14}
                  - {type: icontains, value: Days}
                  - {type: contains-any, value: [a, 7]}
                  - {type: contains-all, value: "a, b"}
                  - {type: icontains-any, value: [A]}
                  - {type: icontains-all, value: [A, B]}
                  - {type: not-contains, value: x}
                  - {type: starts-with, value: I}
                  - {type: regex, value: '\\d+ days?$'}
                  - {type: not-regex, value: Paris}
                  - {type: is-json}
                  - {type: latency, threshold: 2000}
                  - {type: cost, threshold: 0.002, weight: 0.5}
                  - {type: llm-rubric, value: Is polite, threshold: 0.7}
                  - {type: context-faithfulness, threshold: 0.9}
            """);

    assertEquals(
        List.of(
                new Assertion.Equals(TextNode.valueOf("yes")),
                new Assertion.Equals(JSON.readTree("{\"a\": [1, 2.5]}")),
                new Contains(Quantity.ONE, List.of("14"), false),
                new Contains(Quantity.ONE, List.of("Days"), true),
                new Contains(Quantity.ANY, List.of("a", "7"), false),
                new Contains(Quantity.ALL, List.of("a", "b"), false),
                new Contains(Quantity.ANY, List.of("A"), true),
                new Contains(Quantity.ALL, List.of("A", "B"), true),
                new Assertion.Not(new Contains(Quantity.ONE, List.of("x"), false)),
                new Assertion.StartsWith("I"),
                new Assertion.Matches(Regex.of("\\d+ days?$")),
                new Assertion.Not(new Assertion.Matches(Regex.of("Paris"))),
                new Assertion.IsJson(),
                new Assertion.Latency(new BigDecimal("2000")),
                new Assertion.Cost(new BigDecimal("0.002")),
                new Assertion.Rubric("Is polite", Optional.of(new BigDecimal("0.7"))),
                new Assertion.ContextFaithfulness(new BigDecimal("0.9")))
            .toString(),
        test.assertions().stream().map(WeightedAssertion::assertion).toList().toString());
    assertEquals(
        List.of("equals", "not-regex"),
        List.of(
            test.assertions().getFirst().assertion().type(),
            test.assertions().get(11).assertion().type()));
    assertEquals(new BigDecimal("0.5"), test.assertions().get(14).weight());
    assertEquals(BigDecimal.ONE, test.assertions().get(13).weight());
  }

  @Test
  void mergesTheDefaultTestIntoEachCase() {
    TestSuite suite =
        suite(
            """
            # only promptfoo uses these fields
            prompts: [file://rag.txt]
            providers: [echo]
            defaultTest:
              vars: {context: shared, tone: dry}
              threshold: 0.8
              options: {repeat: 3}
              metadata: {required_passes: 2, owner: ada}
              assert:
                - {type: not-contains, value: sorry}
            tests:
              - description: takes all
                assert: [{type: contains, value: a}]
              - vars: {tone: warm, query: 'Why?'}
                threshold: 0.5
                options: {repeat: 5, disableDefaultAsserts: true}
                assert: [{type: contains, value: b}]
            """);

    TestCase first = suite.cases().getFirst();
    TestCase second = suite.cases().getLast();
    assertEquals("case-001", first.id());
    assertEquals(Optional.of("takes all"), first.description());
    assertEquals(
        List.of("not-contains", "contains"),
        first.assertions().stream().map(it -> it.assertion().type()).toList());
    assertEquals(Optional.of(new BigDecimal("0.8")), first.threshold());
    assertEquals(new RepeatPolicy(3, 2), first.repeat());
    assertEquals("dry", text(first, "tone"));
    assertEquals(1, second.assertions().size());
    assertEquals(Optional.of(new BigDecimal("0.5")), second.threshold());
    assertEquals(new RepeatPolicy(5, 2), second.repeat());
    assertEquals("warm", text(second, "tone"));
    assertEquals("shared", text(second, "context"));
  }

  @Test
  void requiresEveryAttemptToPassByDefault() {
    RepeatPolicy repeat =
        only("tests: [{options: {repeat: 3}, assert: [{type: is-json}]}]").repeat();

    assertEquals(new RepeatPolicy(3, 3), repeat);
    assertFalse(repeat.isEnough(2));
    assertTrue(new RepeatPolicy(3, 2).isEnough(2));
  }

  @Test
  void appendsAndMarksHeldOutCases() {
    TestSuite suite =
        TestSuite.of(
            new Suite(
                "tests: [{assert: [{type: is-json}]}]",
                Optional.of("tests: [{assert: [{type: equals, value: x}]}]")));

    assertEquals(
        List.of("case-001", "held-out-001"), suite.cases().stream().map(TestCase::id).toList());
    assertEquals(1, suite.heldOutCount());
    assertEquals(
        "held-out cases, line 2: a case has no assertions: add an assert whose weight is not 0",
        assertThrows(
                InvalidSuiteException.class,
                () ->
                    TestSuite.of(
                        new Suite(
                            "tests: [{assert: [{type: is-json}]}]",
                            Optional.of("tests:\n  - vars: {a: b}\n"))))
            .getMessage());
  }

  @Test
  void sendsTheQuestionAsAMessageUnlessThePromptUsesIt() {
    TestCase test =
        only("tests: [{vars: {context: c, query: \"Why?\"}, assert: [{type: is-json}]}]");
    PromptContent system = PromptContent.ofText("{{context}}", "m", Optional.empty(), 10);
    PromptContent asking = PromptContent.ofText("{{context}} {{query}}", "m", Optional.empty(), 10);

    assertEquals(Optional.of("Why?"), test.messageFor(system));
    assertEquals(List.of("context"), List.copyOf(test.variablesFor(system).keySet()));
    assertEquals(Optional.empty(), test.messageFor(asking));
    assertEquals(2, test.variablesFor(asking).size());
  }

  @Test
  void acceptsPassagesAsAListWithoutVariableExpansion() {
    TestCase test =
        only(
            """
            tests:
              - vars: {context: [one, two], query: q}
                options: {disableVarExpansion: true}
                assert: [{type: context-faithfulness}]
            """);

    assertEquals(Optional.of("one\n\ntwo"), test.context());
  }

  /** Each of 24 lists doubles the one before: a short text expands to 16 million values. */
  @Test
  void rejectsAliasesThatExpandToAHugeText() {
    StringBuilder yaml = new StringBuilder("tests:\n- vars:\n    a0: &a0 [x]\n");
    for (int i = 1; i <= 24; i++) {
      yaml.append("    a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    yaml.append("  assert: [{type: is-json}]\n");
    Suite suite = new Suite(yaml.toString());

    String message =
        requireNonNull(
            assertThrows(InvalidSuiteException.class, () -> TestSuite.of(suite)).getMessage());

    assertTrue(message.contains("aliases"), message);
  }

  /** Each list has the maximum nesting of YAML and contains the one before. */
  @Test
  void rejectsAliasesThatNestTooDeeply() {
    StringBuilder yaml = new StringBuilder("tests:\n- vars:\n    a0: &a0 [x]\n");
    for (int i = 1; i < 50; i++) {
      yaml.append("    a%d: &a%d ".formatted(i, i))
          .append("[".repeat(45) + "*a" + (i - 1) + "]".repeat(45) + "\n");
    }
    Suite suite = new Suite(yaml.append("  assert: [{type: is-json}]\n").toString());

    assertThrows(InvalidSuiteException.class, () -> TestSuite.of(suite));
  }

  @Test
  void rejectsADeeplyNestedPattern() {
    String deep = "(".repeat(20_000) + "a" + ")".repeat(20_000);
    String yaml = "tests:\n- assert:\n  - {type: regex, value: '%s'}\n";

    assertThrows(InvalidSuiteException.class, () -> TestSuite.of(new Suite(yaml.formatted(deep))));
    assertEquals(
        1,
        TestSuite.of(new Suite(yaml.formatted("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}")))
            .cases()
            .size());
  }

  @Test
  void rejectsACaseWithTooManyAssertions() {
    String yaml = "tests:\n- assert:\n" + "  - {type: contains, value: x}\n".repeat(101);

    assertThrows(InvalidSuiteException.class, () -> TestSuite.of(new Suite(yaml)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tests: [|1|this is not YAML",
        "tests: x|1|tests must be a list",
        "{}|1|the suite must have tests",
        "tests: []|1|tests must contain between 1 and 500 cases",
        "tests:~- file://cases.yaml|2|a case must have fields",
        "tests:~- assert: []|2|a case has no assertions",
        "tests:~- assert:~  - {type: is-json, weight: 0}|2|a case has no assertions",
        "tests:~- vars: {x: &x {y: *x}}~  assert: [{type: is-json}]|2|y contains itself",
        "tests:~- assert:~  - type: javascript~    value: x|3|type javascript is not supported:"
            + " Tollgate does not run code",
        "tests:~- assert:~  - value: x~    type: similar|4|type similar is not supported",
        "tests:~- assert:~  - value: x|3|an assertion of case 1 must have a type",
        "tests:~- assert:~  - {type: contains}|3|type contains needs a value",
        "tests:~- assert:~  - {type: contains, value: ''}|3|value must not be empty",
        "tests:~- assert:~  - {type: contains, value: x, threshold: 1}|3|threshold is not supported"
            + " with",
        "tests:~- assert:~  - {type: contains, value: '{{x}}'}|3|value contains a template",
        "tests:~- assert:~  - {type: equals, value: file://x.txt}|3|value refers to a file",
        "tests:~- assert:~  - {type: contains-any, value: '\"a\", b'}|3|value has quotation marks",
        "tests:~- assert:~  - {type: is-json, value: {type: object}}|3|value is not supported with",
        "tests:~- assert:~  - {type: latency}|3|type latency needs a threshold in milliseconds",
        "tests:~- assert:~  - {type: cost, threshold: -1}|3|threshold must not be negative",
        "tests:~- assert:~  - {type: is-json, weight: -1}|3|weight must not be negative",
        "tests:~- assert:~  - {type: is-json, transform: x}|3|transform is not supported here",
        "tests:~- assert:~  - {type: not-llm-rubric, value: x}|3|type not-llm-rubric is not",
        "tests:~- assert:~  - {type: regex, value: '('}|3|value is not a regular expression",
        "tests:~- assert:~  - {type: regex, value: 'a(?=b)'}|3|value has look-around",
        "tests:~- assert:~  - {type: regex, value: '(a)\\1'}|3|value has look-around",
        "tests:~- assert:~  - {type: regex, value: '(((a{100}){100}){100}){9}'}|3|value is too"
            + " large",
        "tests:~- assert:~  - {type: regex, value: '(?i)a'}|3|value is not JavaScript syntax",
        "tests:~- assert: [{type: context-faithfulness}]|2|a case asserts context-faithfulness,"
            + " which needs vars.context",
        "tests:~- vars: {a: [x, y]}~  assert: [{type: is-json}]|2|a is a list",
        "tests:~- vars: {a: {b: c}}~  assert: [{type: is-json}]|2|a must be a text",
        "tests:~- vars: {a b: c}~  assert: [{type: is-json}]|2|a b is not a valid variable name",
        "tests:~- vars: {a: file://x}~  assert: [{type: is-json}]|2|a refers to a file",
        "tests:~- threshold: 2~  assert: [{type: is-json}]|2|threshold must be between 0 and 1",
        "tests:~- options: {repeat: 0}~  assert: [{type: is-json}]|2|repeat must be between",
        "tests:~- metadata: {required_passes: 2}~  assert: [{type: is-json}]|2|required_passes",
        "tests:~- asserts: []|2|asserts is not supported here",
        "tests:~- assert: [{type: is-json}]~scenarios: []|3|scenarios is not supported here",
        "tests:~- assert: [{type: is-json}]~tests: []|3|tests is defined twice",
        "tests:~- assert: [{type: is-json}]~---~a: b|3|this is not YAML",
        "tests:~- assert: [{type: !x y}]|2|type has a tag",
      })
  void namesTheLineOfAProblem(String yaml, int line, String problem) {
    String message =
        String.valueOf(
            assertThrows(InvalidSuiteException.class, () -> suite(yaml.replace("~", "\n")))
                .getMessage());

    assertTrue(message.startsWith("line " + line + ": " + problem), message);
  }

  private static String text(TestCase test, String variable) {
    return requireNonNull(test.vars().get(variable)).asText();
  }

  private static TestCase only(String yaml) {
    return suite(yaml).cases().getFirst();
  }

  private static TestSuite suite(String yaml) {
    return TestSuite.of(new Suite(yaml));
  }
}
