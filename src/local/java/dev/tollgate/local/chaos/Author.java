package dev.tollgate.local.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.evaluation.RunId;
import dev.tollgate.local.chaos.Api.Answer;
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
 * Somebody who has one new version of a prompt after the other tested, and puts into production
 * what passes. A {@link #BAD} version fails one of its cases and passes all others; sometimes it is
 * forced into production, and a night comes.
 */
final class Author {
  static final String NAME = "exam";
  static final String PROMPT = "/admin/prompts/" + NAME;

  /** What the notes of versions say. */
  static final String GOOD = "good";

  static final String BAD = "bad";

  private static final String GROUNDED =
      "Answer only from the context. If it does not hold the answer, say that you don't have that"
          + " information.";
  private static final String LOOSE = "Always give a helpful answer.";

  /** How many the suite has. */
  static final int CASES = 7;

  /** For how long the gate is tried before a run has ended. */
  private static final Duration IMPATIENT = Duration.ofSeconds(6);

  private static final Duration PAUSE = Duration.ofMillis(300);

  /** Each night is another date's, since the night of a date is run once. */
  private static final AtomicLong NIGHTS = new AtomicLong();

  private static final LocalDate FIRST_NIGHT = LocalDate.of(2001, 1, 1);

  /** More would leave the other functions no place on this machine: a night may come on top. */
  private static final int AT_A_TIME = 1;

  private final Site site;
  private final Witness witness;
  private final List<String> underWay = new ArrayList<>();

  Author(Site site, Witness witness) {
    this.site = site;
    this.witness = witness;
  }

  /** The suite, whose last case is the one that bad versions fail. */
  static ObjectNode suite() {
    ObjectNode suite = Api.JSON.createObjectNode();
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
    return Api.JSON
        .createObjectNode()
        .put(
            "content",
            "%s Exam %d.\n\nContext:\n{{context}}"
                .formatted(notes.equals(GOOD) ? GROUNDED : LOOSE, number))
        .put("model", "claude-haiku-4-5")
        .put("temperature", 0)
        .put("notes", notes);
  }

  /** Has a version tested, unless too many tests are under way. */
  void haveTested(Random random) throws IOException, InterruptedException {
    witness.redriven(site.redrive());
    forgetEnded();
    if (underWay.size() >= AT_A_TIME) {
      return;
    }
    String notes = random.nextBoolean() ? GOOD : BAD;
    Answer registered = site.register(PROMPT, version(notes, random.nextLong()));
    if (!registered.isGood()) {
      witness.refused(registered);
      return;
    }
    int version = registered.json().path("version").asInt();
    Answer started = site.test(version);
    if (!started.isGood()) {
      witness.refused(started);
      return;
    }
    promised(started.json().path("run_id").asText());
    tryTheGate(version);
    if (notes.equals(BAD)) {
      forceAndSleep(version);
    }
  }

  private void promised(String run) {
    witness.tested(run);
    underWay.add(run);
  }

  private void forgetEnded() throws IOException, InterruptedException {
    for (String run : List.copyOf(underWay)) {
      if (!site.isUnderWay(run)) {
        underWay.remove(run);
      }
    }
  }

  private void tryTheGate(int version) throws IOException, InterruptedException {
    Instant end = Instant.now().plus(IMPATIENT);
    while (Instant.now().isBefore(end)) {
      Answer moved =
          site.move(PROMPT, "activate", Api.JSON.createObjectNode().put("version", version));
      String code = moved.json().path("error").path("code").asText();
      if (moved.isGood()) {
        witness.admitted(version);
        return;
      }
      if (!code.equals("gate_closed")) {
        witness.refused(moved);
      } else if (moved.json().path("error").path("message").asText().contains("failed")) {
        return;
      }
      Thread.sleep(PAUSE);
    }
  }

  /** What the night should take out again, unless the next version is there first. */
  private void forceAndSleep(int version) throws IOException, InterruptedException {
    Answer forced = site.force(PROMPT, version);
    if (!forced.isGood()) {
      witness.refused(forced);
      return;
    }
    LocalDate date = FIRST_NIGHT.plusDays(NIGHTS.getAndIncrement());
    JsonNode event =
        Api.JSON.createObjectNode().put("source", "aws.scheduler").put("time", date + "T01:00:00Z");
    String unused =
        site.cloud()
            .lambda()
            .invokeAsynchronously(
                "nightlyRegression", event.toString().getBytes(StandardCharsets.UTF_8));
    promised(RunId.ofNightlyRun(new PromptName(NAME), date).value());
  }
}
