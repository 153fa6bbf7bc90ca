package dev.tollgate.endtoend.costs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecordJson;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.cost.calls.DeadLetterLog;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.CliRunner;
import dev.tollgate.endtoend.support.CliRunner.CliResult;
import dev.tollgate.endtoend.support.Eventually;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Repair, repricing, replay and erasure with the command, end to end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LedgerUpkeepIT {
  private static final Path CLONE = Path.of("").toAbsolutePath();

  private final LocalCloud cloud;
  private final ApiClient admin;

  LedgerUpkeepIT() throws IOException, InterruptedException {
    cloud = TestClouds.start("upkeep");
    admin = new ApiClient(cloud.url(), cloud.keys().admin());
  }

  @AfterAll
  void stop() {
    cloud.close();
  }

  /** Two dead-letter calls with wrong prices. */
  @Test
  void replaysRepricesAndErasesDeadLetterCalls(@TempDir Path folder) throws Exception {
    CliRunner cli = new CliRunner(cloud, cloud.keys().admin(), folder);
    Instant day = Instant.now().minusSeconds(10 * 86_400);
    String date = LocalDate.ofInstant(day, ZoneOffset.UTC).toString();
    spill(
        folder.resolve("invokeLlm.log"),
        CallRecords.wronglyPriced(day, "erin"),
        CallRecords.wronglyPriced(day, "erin"));

    CliResult replayed = cli.run("costs replay invokeLlm.log");
    assertEquals("Imported 2 calls; 0 already exist.\n", replayed.out(), replayed.err());
    assertEquals(
        "Imported 0 calls; 2 already exist.\n", cli.run("costs replay invokeLlm.log").out());
    assertEquals("2", Eventually.get(() -> total(date), "2"::equals));

    String reprice = "costs reprice --from %s --to %<s".formatted(date);
    CliResult shown = cli.run(reprice + " --model claude-haiku-4-5");
    assertEquals(2, shown.exitCode(), shown.toString());
    assertTrue(shown.out().contains("-$1.999"), shown.toString());
    assertEquals("2", total(date), "only shown");
    CliResult applied = cli.run(reprice + " --apply");
    assertEquals(0, applied.exitCode(), applied.toString());
    assertEquals("0.000664", total(date));
    assertEquals(0, cli.run(reprice).exitCode());

    CliResult erased = cli.run("users erase erin --team search");
    assertTrue(erased.out().startsWith("Moved 2 calls to the random id anon_"), erased.toString());
    JsonNode report = report(date);
    assertEquals(1, report.path("top_users").size(), report.toString());
    assertTrue(
        report.path("top_users").path(0).path("user_id").asText().startsWith("anon_"),
        report.toString());
    assertEquals("0.000664", total(date));

    CliResult rebuilt = cli.run("costs rebuild");
    assertEquals(0, rebuilt.exitCode(), rebuilt.toString());
    assertEquals(report, report(date), "adjusted and erased as before");
  }

  @Test
  void repairsDay(@TempDir Path folder) throws Exception {
    CliRunner cli = new CliRunner(cloud, cloud.keys().finance(), folder);
    Instant day = Instant.now().minusSeconds(20 * 86_400);
    String date = LocalDate.ofInstant(day, ZoneOffset.UTC).toString();
    spill(folder.resolve("lost.log"), CallRecords.wronglyPriced(day, "frank"));
    new CliRunner(cloud, cloud.keys().admin(), folder).run("costs replay lost.log");
    assertEquals("1", Eventually.get(() -> total(date), "1"::equals));
    sql("DELETE FROM llm_call WHERE user_id = 'frank'");
    sql("DELETE FROM cost_daily WHERE day = '" + date + "'");
    sql("DELETE FROM cost_daily_user WHERE day = '" + date + "'");
    sql("DELETE FROM cost_daily_detail WHERE day = '" + date + "'");

    CliResult repaired = cli.run("costs repair --day " + date);
    assertEquals("Imported 1 of 1 call; the others already exist.\n", repaired.out());
    assertEquals("1", total(date));
    assertEquals(
        "Imported 0 of 1 call; the others already exist.\n",
        cli.run("costs repair --day " + date).out());
  }

  @Test
  void comparesPriceBooks(@TempDir Path folder) throws Exception {
    CliRunner cli = new CliRunner(cloud, cloud.keys().finance(), folder);
    String installed = Files.readString(CLONE.resolve("src/main/resources/prices.yaml"));
    Files.writeString(folder.resolve("same.yaml"), installed);
    Files.writeString(
        folder.resolve("newer.yaml"), installed.replace("web_search: 0.01", "web_search: 0.012"));
    Files.writeString(folder.resolve("broken.yaml"), "prices: []");

    CliResult same = cli.run("prices check same.yaml");
    assertEquals(0, same.exitCode(), same.toString());
    CliResult newer = cli.run("prices check newer.yaml");
    assertEquals(2, newer.exitCode(), newer.toString());
    assertTrue(newer.out().contains("web_search  0.01       0.012"), newer.toString());
    CliResult broken = cli.run("prices check broken.yaml");
    assertEquals(1, broken.exitCode(), broken.toString());
    assertTrue(broken.err().contains("fallback: input must be a number"), broken.toString());
  }

  @Test
  void checksRoles() throws Exception {
    ApiClient finance = new ApiClient(cloud.url(), cloud.keys().finance());
    ApiClient invoke = new ApiClient(cloud.url(), cloud.keys().invoke());
    String period = "{\"from\": \"2026-01-01\", \"to\": \"2026-01-02\"}";

    assertEquals(200, finance.post("/admin/costs/reprice", period).status());
    assertEquals(403, invoke.post("/admin/costs/reprice", period).status());
    assertEquals(403, invoke.post("/admin/costs/repair", "{}").status());
    assertEquals(403, finance.post("/admin/costs/replay", "{\"calls\": []}").status());
    assertEquals(
        403, finance.post("/admin/users/erase", "{\"team\": \"a\", \"user_id\": \"b\"}").status());
  }

  @Test
  void rejectsInvalidInputWithoutChange() throws Exception {
    Map<String, String> wrong =
        Map.of(
            "repair {\"day\": \"today\"}", "400 invalid_request_error invalid_value day",
            "repair {\"day\": \"2026-01-01\", \"cursor\": \"x\"}",
                "400 invalid_request_error invalid_value cursor",
            "repair {\"days\": 3}", "400 invalid_request_error unknown_name days",
            "reprice {\"to\": \"2026-01-01\"}", "400 invalid_request_error missing_value from",
            "reprice {\"from\": \"2026-01-02\", \"to\": \"2026-01-01\"}",
                "400 invalid_request_error invalid_value to",
            "reprice {\"from\": \"2026-01-02\", \"apply\": \"yes\"}",
                "400 invalid_request_error invalid_value apply",
            "replay {\"calls\": [{\"id\": \"1\"}]}",
                "400 invalid_request_error invalid_value calls.0");
    for (Map.Entry<String, String> each : wrong.entrySet()) {
      String[] parts = each.getKey().split(" ", 2);
      assertEquals(
          each.getValue(), admin.post("/admin/costs/" + parts[0], parts[1]).error(), each.getKey());
    }
    CallRecord future = CallRecords.wronglyPriced(Instant.now().plusSeconds(3600), "grace");
    assertEquals(
        "400 invalid_request_error invalid_value calls.0",
        admin
            .post("/admin/costs/replay", "{\"calls\": [" + CallRecordJson.write(future) + "]}")
            .error());
    assertEquals(
        "400 invalid_request_error missing_value team",
        admin.post("/admin/users/erase", "{\"user_id\": \"grace\"}").error());
  }

  @Test
  void callsDuringPostgresOutageAreInsertedLater() throws Exception {
    int before = report(today()).path("total_calls").asInt();
    AtomicInteger succeeded = new AtomicInteger();
    ApiClient invoke = new ApiClient(cloud.url(), cloud.keys().invoke());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> callers = new ArrayList<>();
      for (int caller = 0; caller < 3; caller++) {
        callers.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 20; i++) {
                    if (ask(invoke) == 200) {
                      succeeded.incrementAndGet();
                    }
                  }
                  return null;
                }));
      }
      Eventually.get(succeeded::get, count -> count >= 10);
      cloud.engines().postgres().stop();
      Eventually.get(succeeded::get, count -> count >= 40);
      assertEquals(
          "503 api_error ledger_unavailable null", admin.get("/admin/costs?days=1").error());
      cloud.engines().postgres().restart();
      for (Future<?> caller : callers) {
        caller.get();
      }
    }

    assertEquals(60, succeeded.get());
    JsonNode report =
        Eventually.get(() -> report(today()), it -> it.path("total_calls").asInt() >= before + 60);
    assertEquals(before + 60, report.path("total_calls").asInt());
    // A retried batch would show duplicates only after its retry.
    CliResult repaired =
        new CliRunner(cloud, cloud.keys().admin(), CLONE).run("costs repair --day " + today());
    assertTrue(repaired.out().startsWith("Imported 0 of "), repaired.toString());
    assertEquals(report.path("total_usd"), report(today()).path("total_usd"));
  }

  private static int ask(ApiClient invoke) throws IOException, InterruptedException {
    return invoke
        .post(
            "/v1/messages",
            """
            {"model": "claude-haiku-4-5", "max_tokens": 10,
             "messages": [{"role": "user", "content": "Who are you?"}]}
            """)
        .status();
  }

  private static String today() {
    return LocalDate.now(ZoneOffset.UTC).toString();
  }

  private String total(String day) throws Exception {
    return report(day).path("total_usd").decimalValue().stripTrailingZeros().toPlainString();
  }

  private JsonNode report(String day) throws Exception {
    return admin.get("/admin/costs?from=%s&to=%<s".formatted(day)).body();
  }

  private static void spill(Path log, CallRecord... calls) throws IOException {
    try (PrintStream lines =
        new PrintStream(Files.newOutputStream(log), true, StandardCharsets.UTF_8)) {
      lines.println("2026-11-24T08:00:00.000Z INFO something else");
      for (CallRecord call : calls) {
        lines.print("2026-11-24T08:00:00.000Z ");
        new DeadLetterLog(new ObjectMapper(), lines).write(call);
      }
    }
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                cloud.engines().postgres().jdbcUrl(), cloud.engines().postgres().user(), "");
        Statement each = connection.createStatement()) {
      each.execute(statement);
    }
  }
}
