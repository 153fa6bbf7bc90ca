package dev.tollgate.local.chaos;

import dev.tollgate.local.chaos.ApiClient.ApiResponse;
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
 * The time after a fault until everything works again, under continued traffic. Checks of one
 * function run in turn, since parallel ones would add load. Checks of different functions run at
 * the same time. A test run is checked last: no caller waits for it, and its function often has to
 * start.
 */
final class Recovery {
  /** For what somebody waits for. */
  private static final Duration MAX_RECOVERY = Duration.ofSeconds(10);

  /** For background work. */
  private static final Duration MAX_TEST_RECOVERY = Duration.ofSeconds(30);

  private static final Duration POLL_INTERVAL = Duration.ofMillis(200);
  private static final Duration TIMEOUT = Duration.ofSeconds(45);

  private final TestBed testBed;
  private final Observations observations;
  private final String topic;

  private Recovery(TestBed testBed, Observations observations, String topic) {
    this.testBed = testBed;
    this.observations = observations;
    this.topic = topic;
  }

  /** Something that anybody would try. */
  private record Probe(String name, Duration limit, Check check) {
    ProbeResult result(Optional<Duration> after) {
      return new ProbeResult(name, limit, after);
    }
  }

  @FunctionalInterface
  private interface Check {
    boolean succeeds(int times) throws IOException, InterruptedException;
  }

  /**
   * When everything worked again.
   *
   * @param answers what somebody waits for
   * @param tests a run of tests
   */
  record RecoveryTimes(List<ProbeResult> answers, ProbeResult tests) {
    RecoveryTimes {
      answers = List.copyOf(answers);
    }

    boolean isComplete() {
      return all().allMatch(it -> it.after().isPresent());
    }

    List<ProbeResult> late() {
      return all().filter(it -> !it.isInTime()).toList();
    }

    /** The answer that came last. */
    ProbeResult last() {
      return answers.stream()
          .max(Comparator.comparing(it -> it.after().orElse(Duration.ofDays(1))))
          .orElseThrow();
    }

    private Stream<ProbeResult> all() {
      return Stream.concat(answers.stream(), Stream.of(tests));
    }
  }

  /**
   * What worked again.
   *
   * @param after so long after the fault; absent if it did not at all
   * @param limit by when it should
   */
  record ProbeResult(String what, Duration limit, Optional<Duration> after) {
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
  static RecoveryTimes await(TestBed testBed, Observations observations, String topic)
      throws InterruptedException {
    return new Recovery(testBed, observations, topic).await();
  }

  private RecoveryTimes await() throws InterruptedException {
    Instant begin = Instant.now();
    List<Callable<List<ProbeResult>>> functions =
        List.of(
            () -> await(begin, requestProbes()),
            () ->
                await(
                    begin,
                    List.of(new Probe("activation", MAX_RECOVERY, _ -> activationSucceeds()))),
            () ->
                await(
                    begin,
                    List.of(new Probe("report", MAX_RECOVERY, _ -> testBed.report().isSuccess()))));
    List<ProbeResult> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<List<ProbeResult>> function : threads.invokeAll(functions)) {
        answers.addAll(function.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a probe broke", e.getCause());
    }
    Probe tests = new Probe("tests", MAX_TEST_RECOVERY, _ -> testRunStarts());
    return new RecoveryTimes(answers, await(begin, List.of(tests)).getFirst());
  }

  private static List<ProbeResult> await(Instant begin, List<Probe> probes)
      throws InterruptedException {
    List<ProbeResult> recovered = new ArrayList<>();
    List<Probe> left = probes;
    for (int times = 0; !left.isEmpty() && since(begin).compareTo(TIMEOUT) < 0; times++) {
      List<Probe> again = new ArrayList<>();
      for (Probe probe : left) {
        if (succeeds(probe, times)) {
          recovered.add(probe.result(Optional.of(since(begin))));
        } else {
          again.add(probe);
        }
      }
      left = again;
      Thread.sleep(POLL_INTERVAL);
    }
    left.forEach(probe -> recovered.add(probe.result(Optional.empty())));
    return recovered;
  }

  private static boolean succeeds(Probe probe, int times) throws InterruptedException {
    try {
      return probe.check().succeeds(times);
    } catch (IOException e) {
      return false;
    }
  }

  private static Duration since(Instant begin) {
    return Duration.between(begin, Instant.now());
  }

  private List<Probe> requestProbes() {
    List<Probe> probes = new ArrayList<>();
    for (RequestKind question : RequestKind.values()) {
      probes.add(
          new Probe(
              question.name().toLowerCase(Locale.ROOT),
              MAX_RECOVERY,
              times -> requestSucceeds(question, times)));
    }
    probes.add(
        new Probe(
            "idempotent call",
            MAX_RECOVERY,
            times ->
                requestSucceeds(
                    RequestKind.MESSAGES,
                    times,
                    "idempotency-key",
                    "%s-%d".formatted(topic, times))));
    return probes;
  }

  private boolean requestSucceeds(RequestKind question, int times, String... headers)
      throws IOException, InterruptedException {
    Team team = testBed.teams().getFirst();
    ApiResponse answer =
        question.send(
            testBed.api(), team, "%s-after-%d".formatted(topic, times), MAX_RECOVERY, headers);
    observations.recordResponse(question, team, answer);
    return answer.isSuccess();
  }

  private boolean activationSucceeds() throws IOException, InterruptedException {
    return testBed.forceActivate(TestBed.PROMPT, 1).isSuccess();
  }

  /**
   * A run that makes its first attempt will make the others; how long they take is another thing.
   */
  private boolean testRunStarts() throws IOException, InterruptedException {
    ApiResponse started = testBed.startTestRun(1);
    if (!started.isSuccess()) {
      return false;
    }
    String run = started.json().path("run_id").asText();
    observations.recordTestRun(run);
    Instant begin = Instant.now();
    while (testBed.getTestRun(run).path("progress").path("made").asInt() == 0) {
      if (since(begin).compareTo(MAX_TEST_RECOVERY) > 0) {
        return false;
      }
      Thread.sleep(POLL_INTERVAL);
    }
    return true;
  }
}
