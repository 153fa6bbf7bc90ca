package dev.tollgate.local.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.evaluation.RunId;
import dev.tollgate.local.chaos.ApiClient.ApiResponse;
import dev.tollgate.prompt.PromptName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tests one new version of a prompt after the other and activates those that pass. A {@link #BAD}
 * version fails one of its cases and passes all others. Sometimes it is activated by force before a
 * nightly run.
 */
final class PromptAuthor {
  static final String NAME = "exam";
  static final String PROMPT = "/admin/prompts/" + NAME;

  /** What the notes of versions say. */
  static final String GOOD = "good";

  static final String BAD = "bad";

  private static final String GROUNDED =
      "Answer only from the context. If it does not hold the answer, say that you don't have that"
          + " information.";
  private static final String UNGROUNDED = "Always give a helpful answer.";

  /** How many the suite has. */
  static final int CASES = 7;

  /** For how long the gate is tried before a run has ended. */
  private static final Duration GATE_RETRY_TIMEOUT = Duration.ofSeconds(6);

  private static final Duration POLL_INTERVAL = Duration.ofMillis(300);

  /** Each nightly run takes another date, since a date has one nightly run. */
  private static final AtomicLong NIGHTS = new AtomicLong();

  private static final LocalDate FIRST_NIGHT = LocalDate.of(2001, 1, 1);

  /** More would leave no place for other functions: a nightly run may start as well. */
  private static final int MAX_CONCURRENT_RUNS = 1;

  private final TestBed testBed;
  private final Observations observations;
  private final List<String> runningTests = new ArrayList<>();

  PromptAuthor(TestBed testBed, Observations observations) {
    this.testBed = testBed;
    this.observations = observations;
  }

  /** The suite, whose last case is the one that bad versions fail. */
  static ObjectNode suite() {
    ObjectNode suite = ApiClient.JSON.createObjectNode();
    suite
        .withObject("/defaultTest/vars")
        .put("context", "A sector holds 512 bytes. A track holds 64 sectors.");
    ArrayNode tests = suite.putArray("tests");
    test(tests, "How many bytes does a sector hold?", "contains", "512")
        .addObject()
        .put("type", "context-faithfulness");
    for (int i = 1; i <= CASES - 2; i++) {
      ArrayNode unused =
          test(tests, "How many bytes does sector %d hold?".formatted(i), "not-contains", "Paris");
    }
    ArrayNode unused =
        test(tests, "Which is the capital of Australia?", "not-icontains", "Canberra");
    return suite;
  }

  /** Adds a case, and returns its assertions. */
  private static ArrayNode test(ArrayNode tests, String query, String assertion, String value) {
    ObjectNode test = tests.addObject();
    test.putObject("vars").put("query", query);
    ArrayNode assertions = test.putArray("assert");
    assertions.addObject().put("type", assertion).put("value", value);
    return assertions;
  }

  /** A version that is like no other. */
  static ObjectNode version(String notes, long number) {
    return ApiClient.JSON
        .createObjectNode()
        .put(
            "content",
            "%s Exam %d.\n\nContext:\n{{context}}"
                .formatted(notes.equals(GOOD) ? GROUNDED : UNGROUNDED, number))
        .put("model", "claude-haiku-4-5")
        .put("temperature", 0)
        .put("notes", notes);
  }

  /** Has a version tested, unless too many tests are under way. */
  void testNewVersion(Random random) throws IOException, InterruptedException {
    observations.recordRedriven(testBed.redrive());
    removeFinished();
    if (runningTests.size() >= MAX_CONCURRENT_RUNS) {
      return;
    }
    String notes = random.nextBoolean() ? GOOD : BAD;
    ApiResponse registered = testBed.register(PROMPT, version(notes, random.nextLong()));
    if (!registered.isSuccess()) {
      observations.recordError(registered);
      return;
    }
    int version = registered.json().path("version").asInt();
    ApiResponse started = testBed.startTestRun(version);
    if (!started.isSuccess()) {
      observations.recordError(started);
      return;
    }
    recordRun(started.json().path("run_id").asText());
    tryActivation(version);
    if (notes.equals(BAD)) {
      forceAndRunNightly(version);
    }
  }

  private void recordRun(String run) {
    observations.recordTestRun(run);
    runningTests.add(run);
  }

  private void removeFinished() throws IOException, InterruptedException {
    for (String run : List.copyOf(runningTests)) {
      if (!testBed.isRunning(run)) {
        runningTests.remove(run);
      }
    }
  }

  private void tryActivation(int version) throws IOException, InterruptedException {
    Instant end = Instant.now().plus(GATE_RETRY_TIMEOUT);
    while (Instant.now().isBefore(end)) {
      ApiResponse moved =
          testBed.changeActiveVersion(
              PROMPT, "activate", ApiClient.JSON.createObjectNode().put("version", version));
      String code = moved.json().path("error").path("code").asText();
      if (moved.isSuccess()) {
        observations.recordGatePass(version);
        return;
      }
      if (!code.equals("gate_closed")) {
        observations.recordError(moved);
      } else if (moved.json().path("error").path("message").asText().contains("failed")) {
        return;
      }
      Thread.sleep(POLL_INTERVAL);
    }
  }

  /** Activates a version that the nightly run should roll back, unless the next one replaces it. */
  private void forceAndRunNightly(int version) throws IOException, InterruptedException {
    ApiResponse forced = testBed.forceActivate(PROMPT, version);
    if (!forced.isSuccess()) {
      observations.recordError(forced);
      return;
    }
    LocalDate date = FIRST_NIGHT.plusDays(NIGHTS.getAndIncrement());
    JsonNode event =
        ApiClient.JSON
            .createObjectNode()
            .put("source", "aws.scheduler")
            .put("time", date + "T01:00:00Z");
    String unused =
        testBed
            .cloud()
            .lambda()
            .invokeAsynchronously(
                "nightlyRegression", event.toString().getBytes(StandardCharsets.UTF_8));
    recordRun(RunId.ofNightlyRun(new PromptName(NAME), date).value());
  }
}
