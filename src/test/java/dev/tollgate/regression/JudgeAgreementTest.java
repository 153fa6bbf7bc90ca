package dev.tollgate.regression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Measures the simulated judge with the labelled claims, whose numbers docs/judge.md gives. */
final class JudgeAgreementTest {
  @Test
  void print() throws Exception {
    try (SimulatedJudge simulated = new SimulatedJudge();
        InputStream yaml = JudgeAgreementTest.class.getResourceAsStream("/judge/labelled-claims.yaml")) {
      int all = 0;
      int right = 0;
      for (JsonNode row : new ObjectMapper(new YAMLFactory()).readTree(yaml).path("contexts")) {
        List<String> claims = new ArrayList<>();
        row.path("claims").forEach(it -> claims.add(it.path("claim").asText()));
        ClaimVerdicts.Given given =
            assertInstanceOf(
                ClaimVerdicts.Given.class,
                simulated.judge.verdicts(
                    simulated.version(), SimulatedJudge.SITTING, row.path("context").asText(), claims));
        for (int i = 0; i < claims.size(); i++) {
          JsonNode it = row.path("claims").get(i);
          String said = given.claims().get(i).verdict().id();
          all++;
          if (said.equals("supported") == it.path("label").asText().equals("supported")) {
            right++;
          } else {
            System.out.println(it.path("kind").asText() + " " + it.path("label").asText() + " -> " + said + ": " + it.path("claim").asText());
          }
        }
      }
      System.out.println(right + " of " + all);
      assertTrue(all >= 60);
      assertEquals(all, all);
    }
  }
}
