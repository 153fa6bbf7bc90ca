package dev.tollgate.semantic;

import dev.tollgate.local.bench.BenchReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * The time to find the questions near another one, from the words to the veto, by their number. It
 * is in the embedder's package because the embedder is package-private.
 */
public final class SemanticSearchBench {
  private static final int MAX_QUESTIONS = 10_000;
  private static final int WARM_UP = 500;
  private static final int LOOKUPS = 1000;
  private static final double THRESHOLD = 0.95;
  private static final List<String> VERBS =
      List.of(
          "change", "cancel", "find", "renew", "share", "print", "send", "hide", "move", "open");
  private static final List<String> THINGS =
      List.of(
          "invoice",
          "password",
          "ticket",
          "report",
          "address",
          "order",
          "backup",
          "calendar",
          "contract",
          "image",
          "key",
          "license",
          "message",
          "photo",
          "refund",
          "schedule",
          "survey",
          "table",
          "token",
          "voucher");
  private static final List<String> OWNERS =
      List.of(
          "account", "bank", "car", "class", "clinic", "company", "family", "garden", "hotel",
          "house");
  private static final List<String> DAYS =
      List.of("Monday", "Tuesday", "Friday", "Sunday", "March");

  private final Embedder embedder = new StaticEmbedder();
  private final Veto veto = new Veto();
  private final List<String> questions = questions();

  private SemanticSearchBench() {}

  /** Prints a row for each number of questions. */
  public static void measure() {
    SemanticSearchBench bench = new SemanticSearchBench();
    BenchReport.printSection("A semantic look in memory: embed, search and veto");
    long begun = System.nanoTime();
    Optional<Embedding> unused = bench.embedder.embed("How do I reset my password?");
    BenchReport.printRow(
        "the first question, which reads table and lexicon",
        BenchReport.formatMillis(Duration.ofNanos(System.nanoTime() - begun)),
        "");
    bench.measure(100);
    bench.measure(1000);
    bench.measure(MAX_QUESTIONS);
  }

  private void measure(int size) {
    Instant now = Instant.now();
    NearestQuestions kept = new NearestQuestions(MAX_QUESTIONS);
    for (String question : questions.subList(0, size)) {
      kept.add(embedder.embed(question).orElseThrow(), question, "answer", now.plusSeconds(3600));
    }
    List<Duration> looks = new ArrayList<>();
    for (int i = 0; i < WARM_UP + LOOKUPS; i++) {
      String asked = "Please tell me: " + questions.get(i % size);
      long begun = System.nanoTime();
      boolean found =
          kept.findNearest(embedder.embed(asked).orElseThrow(), THRESHOLD, now).stream()
              .anyMatch(it -> veto.check(asked, it.question()).isEmpty());
      looks.add(Duration.ofNanos(System.nanoTime() - begun));
      if (!found) {
        throw new IllegalStateException("not found: " + asked);
      }
    }
    List<Duration> measured = looks.subList(WARM_UP, looks.size()).stream().sorted().toList();
    BenchReport.printRow(
        String.format(Locale.ROOT, "%,d questions, p50", size),
        BenchReport.formatMillis(measured.get(LOOKUPS / 2)),
        size == MAX_QUESTIONS ? "5 ms" : "");
  }

  /** Ten thousand that differ, in no order. */
  private static List<String> questions() {
    List<String> questions = new ArrayList<>();
    for (String verb : VERBS) {
      for (String thing : THINGS) {
        for (String owner : OWNERS) {
          for (String day : DAYS) {
            questions.add("How do I %s the %s of my %s on %s?".formatted(verb, thing, owner, day));
          }
        }
      }
    }
    Collections.shuffle(questions, new Random(20261124));
    return questions;
  }
}
