package dev.tollgate.cli.runs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.Json;
import java.util.Locale;

/** Renders a run as text: the outcome, then each attempt that failed. */
public final class TestRunReport {
  private static final int MAX_TEXT_LENGTH = 400;

  private final JsonNode run;
  private final StringBuilder text = new StringBuilder();

  private TestRunReport(JsonNode run) {
    this.run = run;
  }

  public static String of(JsonNode run) {
    TestRunReport report = new TestRunReport(run);
    report.appendHeader();
    for (JsonNode attempt : run.path("attempts")) {
      if (isWorthShowing(run, attempt)) {
        report.appendAttempt(attempt);
      }
    }
    return report.text.toString();
  }

  /** Failed cases, and, if the run did not pass, every answer that is not fully faithful. */
  private static boolean isWorthShowing(JsonNode run, JsonNode attempt) {
    JsonNode faithfulness = attempt.path("faithfulness");
    boolean unfaithful =
        faithfulness.has("score") && faithfulness.path("score").doubleValue() < 1
            || faithfulness.has("unavailable");
    boolean failed = !attempt.path("outcome").asText().equals("passed");
    return failed && TestRunner.isFailedCase(run, attempt.path("case").asText())
        || unfaithful && !run.path("outcome").asText().equals("passed");
  }

  private void appendHeader() {
    String outcome = run.path("outcome").asText("running").replace('_', ' ');
    appendLine(
        "%s version %s: %s"
            .formatted(
                Json.text(run.path("name")),
                Json.text(run.path("version")),
                outcome.toUpperCase(Locale.ROOT)));
    if (run.path("reason").isTextual()) {
      appendLine("  " + run.path("reason").asText());
    }
    appendLine(
        "  run %s, judged by %s"
            .formatted(Json.text(run.path("run_id")), Json.text(run.path("judge"))));
  }

  private void appendAttempt(JsonNode attempt) {
    String description = attempt.path("description").asText("");
    appendLine("");
    appendLine(
        "%s, attempt %s%s"
            .formatted(
                Json.text(attempt.path("case")),
                Json.text(attempt.path("attempt")),
                description.isEmpty() ? "" : ": " + description));
    if (attempt.has("no_answer")) {
      appendLine("  no answer: " + attempt.path("no_answer").asText());
      return;
    }
    for (JsonNode assertion : attempt.path("assertions")) {
      if (!assertion.path("status").asText().equals("passed")) {
        appendLine(
            "  %s: %s"
                .formatted(Json.text(assertion.path("type")), Json.text(assertion.path("status"))));
        text("    expected", assertion.path("expected"));
        text("    got     ", assertion.path("got"));
      }
    }
    appendFaithfulness(attempt.path("faithfulness"));
    text("  answer", attempt.path("answer"));
    if (attempt.path("held_out").asBoolean()) {
      appendLine("  (held out: texts are hidden)");
    }
  }

  private void appendFaithfulness(JsonNode faithfulness) {
    if (!faithfulness.isObject()) {
      return;
    }
    if (faithfulness.has("score")) {
      appendLine("  faithfulness " + Json.text(faithfulness.path("score")));
    }
    for (JsonNode claim : faithfulness.path("claims")) {
      if (!claim.path("verdict").asText().equals("supported")) {
        text("    not supported", claim.path("claim"));
        text("      " + Json.text(claim.path("verdict")), claim.path("overruled"));
      }
    }
    text("    not judged", faithfulness.path("unavailable"));
  }

  private void text(String label, JsonNode value) {
    if (value.isTextual()) {
      String all = value.asText().strip().replaceAll("\\s+", " ");
      appendLine(
          label
              + ": "
              + (all.length() > MAX_TEXT_LENGTH ? all.substring(0, MAX_TEXT_LENGTH) + "..." : all));
    }
  }

  private void appendLine(String line) {
    text.append(line).append('\n');
  }
}
