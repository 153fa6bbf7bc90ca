package dev.tollgate.function.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.budget.Budget;
import dev.tollgate.budget.BudgetAccounts.SoftLimitNotice;
import dev.tollgate.budget.BudgetId;
import dev.tollgate.budget.BudgetPeriod;
import dev.tollgate.budget.BudgetRejection;
import dev.tollgate.budget.BudgetUsage;
import dev.tollgate.cache.RedisCommandFailed;
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecorded;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.cost.calls.CallStreamEvent;
import dev.tollgate.cost.ledger.LedgerBatchInserted;
import dev.tollgate.evaluation.RunId;
import dev.tollgate.evaluation.RunOutcome;
import dev.tollgate.evaluation.TestRun;
import dev.tollgate.evaluation.TestRunService;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.invocation.RetryScheduled;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.provider.ModelInvoked;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.Provider;
import dev.tollgate.shadow.ComparisonResult;
import dev.tollgate.shadow.ComparisonSkipped;
import dev.tollgate.shadow.ComparisonVerdict;
import dev.tollgate.shadow.VerdictCounts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks that functions write the metrics of the alarms and of the CloudWatch dashboard. */
final class AlarmMetricsTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final Pattern ALARM =
      Pattern.compile(
          "Namespace: Tollgate\\s+MetricName: (\\w+)\\s+Dimensions: \\[\\{Name: Stack,");
  private static final Pattern WIDGET = Pattern.compile("\\[\"Tollgate\", \"(\\w+)\", \"Stack\"");

  private static final ObjectNode NONE = JsonNodeFactory.instance.objectNode();
  private static final ModelRequest REQUEST =
      new ModelRequest(
          Provider.ANTHROPIC,
          Optional.empty(),
          Optional.empty(),
          "claude-haiku-4-5",
          OptionalInt.empty(),
          Optional.empty(),
          NONE.arrayNode(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          NONE);

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final EmbeddedMetrics metrics =
      new EmbeddedMetrics("tollgate", CLOCK, new PrintStream(log, true, StandardCharsets.UTF_8));

  private final CallMetrics calls = new CallMetrics(metrics);
  private final ProviderMetrics models = new ProviderMetrics(metrics);

  @Test
  void alarmsAndWidgetsUseWrittenMetrics() throws IOException {
    String template = Files.readString(Path.of("infra/observability.yaml"));
    Set<String> used = new TreeSet<>();
    List.of(ALARM, WIDGET)
        .forEach(
            pattern ->
                pattern.matcher(template).results().forEach(name -> used.add(name.group(1))));
    assertEquals(
        Pattern.compile("Namespace: Tollgate").matcher(template).results().count(),
        ALARM.matcher(template).results().count(),
        "every alarm has the dimension Stack");
    assertFalse(used.isEmpty());

    writeEverything();
    used.removeAll(written());
    assertEquals(Set.of(), used);
  }

  @Test
  void cacheHitIsNotCountedAsAnswer() throws IOException {
    calls.onRecorded(new CallRecorded(CallRecords.cached(NOW, "alice", "0.25"), false));

    JsonNode line = lines().getFirst();
    assertEquals(1, line.path("CacheHits").asInt());
    assertEquals("0.25", line.path("AvoidedUsd").decimalValue().toPlainString());
    assertFalse(line.has("Answers"), line.toString());
    assertEquals("alice", line.path("user_id").asText());
    assertFalse(
        line.at("/_aws/CloudWatchMetrics").toString().contains("user_id"), "not a dimension");
  }

  @Test
  void accountErrorIsNotCountedAsOverload() throws IOException {
    invoked(new Reply.ProviderError(529, "overloaded_error", "busy", Optional.empty()));
    invoked(new Reply.ProviderError(429, "insufficient_quota", "pay", Optional.empty()));
    invoked(new Reply.TimedOut());

    assertEquals(
        List.of(1, 0, 0),
        lines().stream().map(line -> line.path("ModelOverloads").asInt()).toList());
  }

  private void writeEverything() {
    CallRecord call = CallRecords.estimated(NOW);
    calls.onRecorded(new CallRecorded(call, true));
    calls.onInserted(
        new LedgerBatchInserted(new CallStreamEvent(List.of(call), List.of("corrupt")), 1));
    invoked(new Reply.TimedOut());
    models.onRetry(new RetryScheduled(REQUEST, new Reply.TimedOut()));
    new CacheMetrics(metrics).onFailure(new RedisCommandFailed());
    writeBudgetMetrics();
    writeShadowMetrics();
    EvaluationMetrics evaluation = new EvaluationMetrics(metrics);
    evaluation.onNightlyStart(new TestRunService.NightlyStart(List.of(), List.of()));
    evaluation.onResume(
        new TestRunService.ResumeResult(
            new TestRun(
                RunId.generate(CLOCK),
                new TestRun.Subject(
                    new PromptName("greeting"),
                    1,
                    "version",
                    "suite",
                    new JudgeVersion("claude-haiku-4-5", 1, "0123456789ab")),
                TestRun.Kind.NIGHTLY,
                new TestRun.Start("schedule", NOW),
                0,
                new TestRun.State.Finished(
                    RunOutcome.INVALID, "no judge answered", NOW, Optional.empty())),
            true));
  }

  private void writeBudgetMetrics() {
    BigDecimal limit = BigDecimal.TEN;
    Budget budget =
        new Budget(
            BudgetId.installation(),
            new Budget.Terms(BudgetPeriod.MONTHLY, Optional.of(limit), Optional.of(limit)),
            NOW,
            "key_admin");
    BudgetMetrics budgets = new BudgetMetrics(metrics);
    budgets.onSoftLimit(new SoftLimitNotice(budget, limit, true));
    budgets.onRejection(new BudgetRejection.FullyReserved(budget, BudgetUsage.NONE, limit));
    budgets.onRejection(new BudgetRejection.Unavailable());
  }

  private void writeShadowMetrics() {
    PromptName greeting = new PromptName("greeting");
    ShadowMetrics shadow = new ShadowMetrics(metrics);
    shadow.onSkip(new ComparisonSkipped(Optional.of(greeting), "failed"));
    for (ComparisonVerdict verdict :
        List.of(new ComparisonVerdict.Different(), new ComparisonVerdict.Undecided("cut"))) {
      shadow.onResult(
          new ComparisonResult(
              CallId.next(CLOCK),
              greeting,
              1,
              Optional.of(verdict),
              VerdictCounts.NONE,
              Optional.of("off")));
    }
  }

  private void invoked(Reply reply) {
    models.onInvocation(new ModelInvoked(REQUEST, reply));
  }

  private Set<String> written() throws IOException {
    Set<String> names = new TreeSet<>();
    for (JsonNode line : lines()) {
      for (JsonNode metric : line.at("/_aws/CloudWatchMetrics/0/Metrics")) {
        names.add(metric.path("Name").asText());
      }
    }
    return names;
  }

  private List<JsonNode> lines() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : log.toString(StandardCharsets.UTF_8).lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }
}
