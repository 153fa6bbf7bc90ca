package dev.tollgate.cli.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import org.junit.jupiter.api.Test;

final class TestRunReportTest {
  private static JsonNode run(String outcome) throws JsonProcessingException {
    return Json.read(
        """
        {"name": "rag", "version": 2, "run_id": "01K", "judge": "j", "state": "finished",
         "outcome": "%s", "reason": "failing: case-002", "started": "2026-11-24T03:00:00Z",
         "measures": {"cases": 3, "failing": ["case-002", "held-out-001"]},
         "attempts": [
           {"case": "case-001", "attempt": 1, "outcome": "passed", "answer": "512",
            "latency_ms": 40, "assertions": [], "held_out": false},
           {"case": "case-002", "attempt": 1, "description": "Grounding <1>", "outcome": "failed",
            "answer": "It is Canberra.\\u0000", "latency_ms": 60, "held_out": false,
            "assertions": [{"type": "not-contains", "status": "failed",
              "expected": "the answer does not contain \\"Canberra\\"", "got": "\\u001bit does"}],
            "faithfulness": {"score": 0, "claims": [{"claim": "Canberra is the capital.",
              "verdict": "not_enough_info", "evidence": "", "overruled": null}]}},
           {"case": "held-out-001", "attempt": 1, "outcome": "failed", "held_out": true,
            "latency_ms": 900, "assertions": [{"type": "contains", "status": "failed"}]}]}
        """
            .formatted(outcome));
  }

  @Test
  void printsExpectedAndActualResultsOfFailures() throws JsonProcessingException {
    String report = TestRunReport.of(run("failed"));
    assertTrue(report.startsWith("rag version 2: FAILED\n  failing: case-002\n"), report);
    assertTrue(report.contains("case-002, attempt 1: Grounding <1>\n"), report);
    assertTrue(report.contains("expected: the answer does not contain \"Canberra\""), report);
    assertTrue(report.contains("got     : "), report);
    assertTrue(report.contains("not supported: Canberra is the capital."), report);
    assertTrue(report.contains("answer: It is Canberra."), report);
    assertTrue(report.contains("held out: texts are hidden"), report);
    assertFalse(report.contains("case-001"), report);
  }

  @Test
  void writesAJUnitTestForEachAttemptAndTheRun() throws JsonProcessingException {
    String xml = JUnitReport.of(run("failed"));
    assertTrue(xml.contains("tests=\"4\" failures=\"3\" errors=\"0\" time=\"1.000\""), xml);
    assertTrue(xml.contains("name=\"case-002 #1 Grounding &lt;1&gt;\""), xml);
    assertTrue(xml.contains("?it does"), xml);
    assertFalse(xml.contains("\u001b"), xml);
  }

  @Test
  void exitsWithOneIfTheRunIsInvalid() throws JsonProcessingException {
    assertEquals(ExitCode.OK, TestRunner.exitCode(run("passed")));
    assertEquals(ExitCode.GATE_CLOSED, TestRunner.exitCode(run("failed")));
    assertEquals(ExitCode.ERROR, TestRunner.exitCode(run("invalid")));
    assertTrue(JUnitReport.of(run("invalid")).contains("errors=\"1\""));
  }
}
