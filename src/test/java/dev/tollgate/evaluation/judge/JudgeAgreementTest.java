package dev.tollgate.evaluation.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The numbers that docs/judge.md gives for the simulated judge. */
final class JudgeAgreementTest {
  @Test
  void matchesTheDocumentedAccuracyOfTheSimulatedJudge() throws IOException {
    try (SimulatedJudge simulated = new SimulatedJudge();
        InputStream labelled = Files.newInputStream(Path.of("infra/judge/labelled-claims.yaml"))) {
      JudgeAgreement agreement = JudgeAgreement.of(simulated.judge, simulated.version(), labelled);

      assertEquals(
          "71 claims: 50 agreed, 11 wrongly accepted, 10 wrongly rejected",
          "%d claims: %d agreed, %d wrongly accepted, %d wrongly rejected"
              .formatted(
                  agreement.size(),
                  agreement.agreed(),
                  agreement.wronglyAccepted(),
                  agreement.wronglyRejected()));
    }
  }
}
