package dev.tollgate.evaluation.suite;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.evaluation.judge.SimulatedJudge;
import dev.tollgate.evaluation.suite.Assertion.Check;
import dev.tollgate.evaluation.suite.CaseScore.Outcome;
import dev.tollgate.prompt.Suite;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Scores the answers that promptfoo got with the same suite, and tells where the two differ. Only
 * what a check decides is compared; judges may differ.
 */
final class PromptfooComparison {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final TestSuite suite;
  private final CaseScorer scorer;
  private final JudgeVersion version;
  private int assertions;
  private int differences;

  private PromptfooComparison(TestSuite suite, CaseScorer scorer, JudgeVersion version) {
    this.suite = suite;
    this.scorer = scorer;
    this.version = version;
  }

  /**
   * Compares.
   *
   * @param arguments the suite, and what promptfoo wrote of it with {@code -o results.json}
   */
  public static void main(String[] arguments) throws IOException {
    TestSuite suite = TestSuite.of(new Suite(Files.readString(Path.of(arguments[0]))));
    JsonNode results =
        JSON.readTree(Path.of(arguments[1]).toFile()).path("results").path("results");
    try (SimulatedJudge simulated = new SimulatedJudge()) {
      PromptfooComparison comparison =
          new PromptfooComparison(suite, simulated.scorer, simulated.version());
      comparison.print(results, System.out);
      System.exit(comparison.differences == 0 ? 0 : 1);
    }
  }

  private void print(JsonNode results, PrintStream out) {
    out.println("| case | assertion | promptfoo | Tollgate |");
    out.println("|---|---|---|---|");
    for (JsonNode result : results) {
      compare(result, out);
    }
    out.printf(
        "%n%d cases, %d assertions, %d differences%n", results.size(), assertions, differences);
  }

  private void compare(JsonNode result, PrintStream out) {
    TestCase test = suite.cases().get(result.path("testIdx").intValue());
    ModelOutput answer =
        new ModelOutput(
            result.path("response").path("output").asText(),
            Duration.ofMillis(result.path("latencyMs").longValue()),
            result.path("cost").isNumber() ? result.path("cost").decimalValue() : BigDecimal.ZERO);
    CaseScore score = scorer.score(test, answer, version, SimulatedJudge.CONTEXT);
    JsonNode components = result.path("gradingResult").path("componentResults");
    String name = test.description().orElse(test.id());
    boolean judged = false;
    for (int i = 0; i < test.assertions().size(); i++) {
      TestCase.WeightedAssertion weighted = test.assertions().get(i);
      if (!(weighted.assertion() instanceof Check)) {
        judged = true;
        continue;
      }
      AssertionResult own = score.results().get(i);
      // In promptfoo, an assertion of weight 0 always passes.
      boolean passed =
          own.status() == AssertionResult.Status.PASSED || weighted.weight().signum() == 0;
      row(
          out,
          name,
          own.requirement().type(),
          components.path(i).path("pass").booleanValue(),
          passed);
      assertions++;
    }
    if (!judged) {
      row(
          out,
          name,
          "the case",
          result.path("success").booleanValue(),
          score.outcome() == Outcome.PASSED);
    }
  }

  private void row(PrintStream out, String name, String what, boolean theirs, boolean ours) {
    differences += theirs == ours ? 0 : 1;
    out.printf("| %s | %s | %s | %s |%n", name, what, word(theirs), word(ours));
  }

  private static String word(boolean passed) {
    return passed ? "pass" : "fail";
  }
}
