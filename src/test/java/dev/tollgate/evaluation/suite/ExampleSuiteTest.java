package dev.tollgate.evaluation.suite;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.evaluation.judge.Faithfulness;
import dev.tollgate.evaluation.judge.SimulatedJudge;
import dev.tollgate.evaluation.judge.SimulatedJudgeTestBase;
import dev.tollgate.evaluation.suite.AssertionResult.Status;
import dev.tollgate.evaluation.suite.CaseScore.Outcome;
import dev.tollgate.prompt.Suite;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Runs the example prompt and its suite with the simulated model. */
final class ExampleSuiteTest extends SimulatedJudgeTestBase {
  private static final Path PROMPTS = Path.of("prompts");

  private final TestSuite suite =
      TestSuite.of(
          new Suite(read("rag_system.tests.yaml"), Optional.of(read("rag_system.heldout.yaml"))));

  @Test
  void passesAllCasesWithTheExamplePrompt() {
    Map<String, CaseScore> scores = scores("rag_system.txt");

    assertEquals(23, scores.size());
    assertEquals(20, suite.heldOutCount());
    scores.forEach((id, score) -> assertEquals(Outcome.PASSED, score.outcome(), id + score));
    List<Faithfulness> judged =
        scores.values().stream().flatMap(score -> score.faithfulness().stream()).toList();
    assertEquals(21, judged.size());
    for (Faithfulness faithfulness : judged) {
      assertTrue(
          faithfulness instanceof Faithfulness.Scored scored
              && scored.score().compareTo(new BigDecimal("0.85")) >= 0,
          faithfulness.toString());
    }
  }

  @Test
  void failsAnUngroundedPromptAndNamesTheInventedClaim() {
    Map<String, CaseScore> scores = scores("walkthrough/rag_system.ungrounded.txt");

    CaseScore grounding = requireNonNull(scores.get("case-001"));
    assertEquals(Outcome.FAILED, grounding.outcome());
    assertTrue(
        grounding.results().stream()
            .anyMatch(
                result ->
                    result.status() == Status.FAILED && result.actual().contains("Mount Everest")),
        grounding.toString());
    assertEquals(Outcome.PASSED, requireNonNull(scores.get("case-002")).outcome());
    assertEquals(Outcome.FAILED, requireNonNull(scores.get("case-003")).outcome());
  }

  private Map<String, CaseScore> scores(String prompt) {
    String text = read(prompt);
    Map<String, CaseScore> scores = new LinkedHashMap<>();
    for (TestCase test : suite.cases()) {
      String system = text.replace("{{context}}", test.context().orElseThrow());
      String answer = simulated.answer(system, test.question().orElseThrow());
      scores.put(
          test.id(),
          simulated.scorer.score(
              test,
              new ModelOutput(answer, Duration.ofMillis(500), new BigDecimal("0.001")),
              simulated.version(),
              SimulatedJudge.CONTEXT));
    }
    return scores;
  }

  private static String read(String file) {
    try {
      return Files.readString(PROMPTS.resolve(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
