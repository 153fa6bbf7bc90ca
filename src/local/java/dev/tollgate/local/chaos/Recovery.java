package dev.tollgate.local.chaos;

import dev.tollgate.local.chaos.Api.Answer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * How long it takes after a fault until everything works again, while the traffic goes on. What one
 * function does is tried in turn, for more callers at once would be one more load on it; what
 * different functions do is tried at the same time, for none should wait for another. Tests are
 * asked for when callers have their answers: nobody waits for them, and their function is often one
 * more to start.
 */
final class Recovery {
  /** For what somebody waits for. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** For what goes on in the background. */
  private static final Duration LIMIT_OF_TESTS = Duration.ofSeconds(30);

  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration GIVEN_UP = Duration.ofSeconds(45);

  private final Site site;
  private final Witness witness;
  private final String topic;

  private Recovery(Site site, Witness witness, String topic) {
    this.site = site;
    this.witness = witness;
    this.topic = topic;
  }

  /** Something that anybody would try. */
  private record Probe(String name, Duration limit, Try tried) {
    Recovered recovered(Optional<Duration> after) {
      return new Recovered(name, limit, after);
    }
  }

  @FunctionalInterface
  private interface Try {
    boolean succeeds(int times) throws IOException, InterruptedException;
  }

  /**
   * When everything worked again.
   *
   * @param answers what somebody waits for
   * @param tests a run of tests
   */
  record Times(List<Recovered> answers, Recovered tests) {
    Times {
      answers = List.copyOf(answers);
    }

    boolean isWhole() {
      return all().allMatch(it -> it.after().isPresent());
    }

    List<Recovered> late() {
      return all().filter(it -> !it.isInTime()).toList();
    }

    /** The answer that came last. */
    Recovered last() {
      return answers.stream()
          .max(Comparator.comparing(it -> it.after().orElse(Duration.ofDays(1))))
          .orElseThrow();
    }

    private Stream<Recovered> all() {
      return Stream.concat(answers.stream(), Stream.of(tests));
    }
  }

  /**
   * What worked again.
   *
   * @param after so long after the fault; absent if it did not at all
   * @param limit by when it should
   */
  record Recovered(String what, Duration limit, Optional<Duration> after) {
    boolean isInTime() {
      return after.filter(it -> it.compareTo(limit) <= 0).isPresent();
    }

    /** How long it took, for a table. */
    String seconds() {
      return after
          .map(it -> String.format(Locale.ROOT, "%.1f s", it.toMillis() / 1000.0))
          .orElse("never");
    }

    @Override
    public String toString() {
      return "%s (%s)".formatted(seconds(), what);
    }
  }

  /** Tries everything until it succeeds once. */
  static Times await(Site site, Witness witness, String topic) throws InterruptedException {
    return new Recovery(site, witness, topic).await();
  }

  private Times await() throws InterruptedException {
    Instant begin = Instant.now();
    List<Callable<List<Recovered>>> functions =
        List.of(
            () -> await(begin, questions()),
            () -> await(begin, List.of(new Probe("moving a prompt", LIMIT, _ -> moves()))),
            () -> await(begin, List.of(new Probe("report", LIMIT, _ -> site.report().isGood()))));
    List<Recovered> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<List<Recovered>> function : threads.invokeAll(functions)) {
        answers.addAll(function.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a probe broke", e.getCause());
    }
    Probe tests = new Probe("tests", LIMIT_OF_TESTS, _ -> tests());
    return new Times(answers, await(begin, List.of(tests)).getFirst());
  }

  private static List<Recovered> await(Instant begin, List<Probe> probes)
      throws InterruptedException {
    List<Recovered> recovered = new ArrayList<>();
    List<Probe> left = probes;
    for (int times = 0; !left.isEmpty() && since(begin).compareTo(GIVEN_UP) < 0; times++) {
      List<Probe> again = new ArrayList<>();
      for (Probe probe : left) {
        if (succeeds(probe, times)) {
          recovered.add(probe.recovered(Optional.of(since(begin))));
        } else {
          again.add(probe);
        }
      }
      left = again;
      Thread.sleep(PAUSE);
    }
    left.forEach(probe -> recovered.add(probe.recovered(Optional.empty())));
    return recovered;
  }

  private static boolean succeeds(Probe probe, int times) throws InterruptedException {
    try {
      return probe.tried().succeeds(times);
    } catch (IOException e) {
      return false;
    }
  }

  private static Duration since(Instant begin) {
    return Duration.between(begin, Instant.now());
  }

  private List<Probe> questions() {
    List<Probe> probes = new ArrayList<>();
    for (Question question : Question.values()) {
      probes.add(
          new Probe(
              question.name().toLowerCase(Locale.ROOT), LIMIT, times -> asks(question, times)));
    }
    probes.add(
        new Probe(
            "idempotent call",
            LIMIT,
            times ->
                asks(
                    Question.MESSAGES, times, "idempotency-key", "%s-%d".formatted(topic, times))));
    return probes;
  }

  private boolean asks(Question question, int times, String... headers)
      throws IOException, InterruptedException {
    Team team = site.teams().getFirst();
    Answer answer =
        question.ask(site.api(), team, "%s-after-%d".formatted(topic, times), LIMIT, headers);
    witness.saw(question, team, answer);
    return answer.isGood();
  }

  private boolean moves() throws IOException, InterruptedException {
    return site.force(Site.PROMPT, 1).isGood();
  }

  /**
   * A run that makes its first attempt will make the others; how long they take is another thing.
   */
  private boolean tests() throws IOException, InterruptedException {
    Answer started = site.test(1);
    if (!started.isGood()) {
      return false;
    }
    String run = started.json().path("run_id").asText();
    witness.tested(run);
    Instant begin = Instant.now();
    while (site.run(run).path("progress").path("made").asInt() == 0) {
      if (since(begin).compareTo(LIMIT_OF_TESTS) > 0) {
        System.err.println(
            "DIAG "
                + Instant.now()
                + " "
                + topic
                + " "
                + run
                + " began "
                + begin
                + " "
                + site.run(run));
        return false;
      }
      Thread.sleep(PAUSE);
    }
    return true;
  }
}
