package dev.tollgate.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import dev.tollgate.cost.calls.CallId;
import dev.tollgate.cost.calls.CallLog;
import dev.tollgate.cost.calls.CallLog.CallNotLoggedException;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.evaluation.RunId;
import dev.tollgate.evaluation.RunOutcome;
import dev.tollgate.evaluation.TestRun;
import dev.tollgate.evaluation.TestRunService;
import dev.tollgate.evaluation.judge.JudgeVersion;
import dev.tollgate.function.metrics.BudgetMetrics;
import dev.tollgate.function.metrics.EmbeddedMetrics;
import dev.tollgate.function.metrics.MeasuredCallLog;
import dev.tollgate.function.metrics.MeasuredModelProvider;
import dev.tollgate.function.metrics.RecordedCallMetrics;
import dev.tollgate.function.metrics.RedisFailureMetrics;
import dev.tollgate.function.metrics.RegressionMetrics;
import dev.tollgate.function.metrics.ShadowMetrics;
import dev.tollgate.function.metrics.UnpricedCallMetrics;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import dev.tollgate.shadow.ComparisonResult;
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
import java.time.Duration;
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

/** What alarms and the dashboard rest on is what functions write. */
final class AlarmMetricsTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final Pattern ALARM =
      Pattern.compile(
          "Namespace: Tollgate\\s+MetricName: (\\w+)\\s+Dimensions: \\[\\{Name: Stack,");
  private static final Pattern WIDGET = Pattern.compile("\\[\"Tollgate\", \"(\\w+)\", \"Stack\"");

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final EmbeddedMetrics metrics =
      new EmbeddedMetrics("tollgate", CLOCK, new PrintStream(log, true, StandardCharsets.UTF_8));

  @Test
  void whateverIsWatchedIsWritten() throws IOException {
    String template = Files.readString(Path.of("infra/observability.yaml"));
    Set<String> watched = new TreeSet<>();
    List.of(ALARM, WIDGET)
        .forEach(
            pattern ->
                pattern.matcher(template).results().forEach(name -> watched.add(name.group(1))));
    assertEquals(
        Pattern.compile("Namespace: Tollgate").matcher(template).results().count(),
        ALARM.matcher(template).results().count(),
        "each has the dimension that is written");
    assertFalse(watched.isEmpty());

    writeEverything();
    watched.removeAll(written());
    assertEquals(Set.of(), watched);
  }

  @Test
  void aRefusalCountsAmongAnswersAndACacheHitDoesNot() throws IOException {
    measured((_, _) -> {}).append(CallRecords.cached(NOW, "alice", "0.25"), Duration.ZERO);

    JsonNode line = lines().getFirst();
    assertEquals(1, line.path("CacheHits").asInt());
    assertEquals("0.25", line.path("AvoidedUsd").decimalValue().toPlainString());
    assertFalse(line.has("Answers"), line.toString());
    assertEquals("alice", line.path("user_id").asText());
    assertFalse(line.at("/_aws/CloudWatchMetrics").toString().contains("user_id"), "no dimension");
  }

  @Test
  void overloadsAreThoseThatPassAndNotAnUnpaidAccount() throws IOException {
    ask(new Reply.ProviderError(529, "overloaded_error", "busy", Optional.empty()));
    ask(new Reply.ProviderError(429, "insufficient_quota", "pay", Optional.empty()));
    ask(new Reply.TimedOut());

    assertEquals(
        List.of(1, 0, 0),
        lines().stream().map(line -> line.path("ModelOverloads").asInt()).toList());
  }

  private CallLog measured(CallLog log) {
    return new MeasuredCallLog(log, new RecordedCallMetrics(metrics));
  }

  private void writeEverything() {
    CallRecord call = CallRecords.estimated(NOW);
    measured((_, _) -> {}).append(call, Duration.ZERO);
    CallLog broken =
        measured(
            (_, _) -> {
              throw new CallNotLoggedException(call.id(), new IOException("away"));
            });
    assertThrows(CallNotLoggedException.class, () -> broken.append(call, Duration.ZERO));
    ask(new Reply.TimedOut());
    new RedisFailureMetrics(metrics).increment();
    new UnpricedCallMetrics(metrics).record(call);
    writeWhatBudgetsDo();
    writeWhatTheWatchFinds();
    RegressionMetrics regression = new RegressionMetrics(metrics);
    regression.recordNightlyStart(new TestRunService.NightlyStart(List.of(), List.of()));
    regression.recordNightlyEnd(
        new TestRun(
            RunId.generate(CLOCK),
            new PromptName("greeting"),
            1,
            "version",
            "suite",
            new JudgeVersion("claude-haiku-4-5", 1, "0123456789ab"),
            TestRun.Kind.NIGHTLY,
            "schedule",
            NOW,
            0,
            new TestRun.State.Running()),
        new TestRun.State.Finished(RunOutcome.INVALID, "nobody judged", NOW, Optional.empty()));
  }

  private void writeWhatBudgetsDo() {
    BigDecimal limit = BigDecimal.TEN;
    Budget budget =
        new Budget(
            BudgetId.installation(),
            new Budget.Terms(BudgetPeriod.MONTHLY, Optional.of(limit), Optional.of(limit)),
            NOW,
            "key_admin");
    BudgetMetrics budgets = new BudgetMetrics(metrics);
    budgets.softLimitReached(new SoftLimitNotice(budget, limit, true));
    budgets.callRejected(new BudgetRejection.FullyReserved(budget, BudgetUsage.NONE, limit));
    budgets.callRejected(new BudgetRejection.Unavailable());
  }

  private void writeWhatTheWatchFinds() {
    PromptName greeting = new PromptName("greeting");
    ShadowMetrics watch = new ShadowMetrics(metrics);
    watch.onFailure(greeting, "failed");
    for (ComparisonVerdict verdict :
        List.of(new ComparisonVerdict.Different(), new ComparisonVerdict.Undecided("cut"))) {
      watch.recordResult(
          new ComparisonResult(
              CallId.next(CLOCK),
              greeting,
              1,
              Optional.of(verdict),
              VerdictCounts.NONE,
              Optional.of("off")));
    }
  }

  private void ask(Reply reply) {
    ObjectNode none = JsonNodeFactory.instance.objectNode();
    ModelRequest request =
        new ModelRequest(
            Provider.ANTHROPIC,
            Optional.empty(),
            Optional.empty(),
            "claude-haiku-4-5",
            OptionalInt.empty(),
            Optional.empty(),
            none.arrayNode(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            none);
    Answering model = new Answering(reply);
    MeasuredModelProvider measured =
        new MeasuredModelProvider(model, metrics) {
          @Override
          public Provider provider() {
            return model.provider();
          }

          @Override
          public ModelResponse parseResponse(ObjectNode body) {
            return model.parseResponse(body);
          }
        };
    assertEquals(reply, measured.invoke(request, Duration.ofSeconds(1)));
  }

  private record Answering(Reply reply) implements ModelProvider {
    @Override
    public Provider provider() {
      return Provider.ANTHROPIC;
    }

    @Override
    public Reply invoke(ModelRequest request, Duration patience) {
      return reply;
    }

    @Override
    public ModelResponse parseResponse(ObjectNode body) {
      throw new UnsupportedOperationException("nothing is kept here");
    }
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
