package dev.tollgate.local.chaos;

import dev.tollgate.local.chaos.Api.Answer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How long it takes after a fault until everything works again, while the traffic goes on. What one
 * function does is tried in turn, for more callers at once would be one more load on it; what
 * different functions do is tried at the same time, for none should wait for another.
 */
final class Recovery {
  private static final Duration LIMIT = Duration.ofSeconds(10);

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
  private record Probe(String name, Try tried) {}

  @FunctionalInterface
  private interface Try {
    boolean succeeds(int times) throws IOException, InterruptedException;
  }

  /** What worked again, after so long; absent if it did not at all. */
  record Recovered(String what, Optional<Duration> after) {
    boolean isInTime() {
      return after.filter(it -> it.compareTo(LIMIT) <= 0).isPresent();
    }

    @Override
    public String toString() {
      return after
          .map(it -> String.format(Locale.ROOT, "%.1f s (%s)", it.toMillis() / 1000.0, what))
          .orElse("never (" + what + ")");
    }
  }

  /** Tries everything until it succeeds once. */
  static List<Recovered> await(Site site, Witness witness, String topic)
      throws InterruptedException {
    return new Recovery(site, witness, topic).await();
  }

  private List<Recovered> await() throws InterruptedException {
    Instant begin = Instant.now();
    List<Callable<List<Recovered>>> functions =
        List.of(
            () -> await(begin, questions()),
            () -> await(begin, List.of(new Probe("moving a prompt", _ -> moves()))),
            () -> await(begin, List.of(new Probe("tests", _ -> tests()))),
            () -> await(begin, List.of(new Probe("report", _ -> site.report().isGood()))));
    List<Recovered> recovered = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<List<Recovered>> function : threads.invokeAll(functions)) {
        recovered.addAll(function.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a probe broke", e.getCause());
    }
    return recovered;
  }

  private static List<Recovered> await(Instant begin, List<Probe> probes)
      throws InterruptedException {
    List<Recovered> recovered = new ArrayList<>();
    List<Probe> left = probes;
    for (int times = 0; !left.isEmpty() && since(begin).compareTo(GIVEN_UP) < 0; times++) {
      List<Probe> again = new ArrayList<>();
      for (Probe probe : left) {
        if (succeeds(probe, times)) {
          recovered.add(new Recovered(probe.name(), Optional.of(since(begin))));
        } else {
          again.add(probe);
        }
      }
      left = again;
      Thread.sleep(PAUSE);
    }
    left.forEach(probe -> recovered.add(new Recovered(probe.name(), Optional.empty())));
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
          new Probe(question.name().toLowerCase(Locale.ROOT), times -> asks(question, times)));
    }
    probes.add(
        new Probe(
            "idempotent call",
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
      if (since(begin).compareTo(LIMIT) > 0) {
        return false;
      }
      Thread.sleep(PAUSE);
    }
    return true;
  }
}
