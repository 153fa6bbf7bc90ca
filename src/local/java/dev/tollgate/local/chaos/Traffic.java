package dev.tollgate.local.chaos;

import dev.tollgate.local.chaos.ApiClient.ApiResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The constant load: callers of all teams repeat a few questions in all ways, an administrator
 * activates two versions of a prompt in turn, an author has another prompt tested, and a finance
 * key reads the costs.
 */
final class Traffic implements AutoCloseable {
  private static final int CALLERS = 2;
  private static final int QUESTIONS = 40;

  /** A budget may refuse the one of two equal requests that comes first, and not the other. */
  private static final Set<String> EXPECTED_REPEAT_ERRORS =
      Set.of("idempotent_call_running", "idempotent_answer_lost", "budget_exceeded", "budget_held");

  private final TestBed testBed;
  private final Observations observations;
  private final String topic;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ExecutorService firstCalls = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean testing = true;

  private Traffic(TestBed testBed, Observations observations, String topic) {
    this.testBed = testBed;
    this.observations = observations;
    this.topic = topic;
  }

  /**
   * Starts it.
   *
   * @param topic what all questions are about, so that no earlier answer fits
   */
  static Traffic start(TestBed testBed, Observations observations, String topic, Random random) {
    Traffic traffic = new Traffic(testBed, observations, topic);
    for (int caller = 0; caller < CALLERS; caller++) {
      traffic.repeat(new Random(random.nextLong()), 20, traffic::ask);
    }
    traffic.repeat(new Random(random.nextLong()), 400, traffic::changePrompt);
    traffic.repeat(new Random(random.nextLong()), 700, _ -> traffic.readReport());
    PromptAuthor author = new PromptAuthor(testBed, observations);
    traffic.repeat(
        new Random(random.nextLong()),
        500,
        choice -> {
          if (traffic.testing) {
            author.testNewVersion(choice);
          }
        });
    return traffic;
  }

  /** Lets no more tests begin. Those that are under way go on. */
  void stopTesting() {
    testing = false;
  }

  private interface Activity {
    void perform(Random random) throws IOException, InterruptedException;
  }

  private void repeat(Random random, int pauseMillis, Activity habit) {
    threads.execute(
        () -> {
          try {
            do {
              try {
                habit.perform(random);
              } catch (IOException e) {
                observations.recordFailure(e);
              }
            } while (!end.await(random.nextInt(2 * pauseMillis), TimeUnit.MILLISECONDS));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            observations.recordViolation("a caller met " + e);
          }
        });
  }

  private void ask(Random random) throws IOException, InterruptedException {
    Team team = testBed.teams().get(random.nextInt(testBed.teams().size()));
    RequestKind question = RequestKind.values()[random.nextInt(RequestKind.values().length)];
    String about = topic + random.nextInt(QUESTIONS);
    if (random.nextInt(4) == 0) {
      askTwice(random, team, question, about);
    } else {
      ApiResponse unused = ask(team, question, about);
    }
  }

  private ApiResponse ask(Team team, RequestKind question, String about, String... headers)
      throws IOException, InterruptedException {
    ApiResponse answer = question.send(testBed.api(), team, about, ApiClient.TIMEOUT, headers);
    observations.recordResponse(question, team, answer);
    return answer;
  }

  /** One call that is sent twice under one key, one after the other or at the same time. */
  private void askTwice(Random random, Team team, RequestKind question, String about)
      throws IOException, InterruptedException {
    String key = "chaos-%016x".formatted(random.nextLong());
    boolean together = random.nextBoolean();
    Future<ApiResponse> first =
        firstCalls.submit(() -> ask(team, question, about, "idempotency-key", key));
    if (together) {
      Thread.sleep(random.nextInt(60));
    } else {
      await(first);
    }
    ApiResponse second = ask(team, question, about, "idempotency-key", key);
    await(first).ifPresent(answer -> compare(answer, second));
  }

  private Optional<ApiResponse> await(Future<ApiResponse> answer) throws InterruptedException {
    try {
      return Optional.of(answer.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException lost) {
        observations.recordFailure(lost);
      } else {
        observations.recordViolation("a caller met " + e.getCause());
      }
      return Optional.empty();
    }
  }

  private void compare(ApiResponse first, ApiResponse second) {
    if (first.status() == 200 && second.status() == 200) {
      if (!first.text().equals(second.text())) {
        observations.recordViolation(
            "one idempotency key, two answers: " + first.text() + second.text());
      }
    } else if (first.status() == 200 && second.status() / 100 == 4) {
      String code = second.json().path("error").path("code").asText();
      if (!EXPECTED_REPEAT_ERRORS.contains(code)) {
        observations.recordViolation("a repeat was answered " + second.text());
      }
    }
  }

  private void changePrompt(Random random) throws IOException, InterruptedException {
    switch (random.nextInt(6)) {
      case 0 -> {
        ApiResponse answer =
            testBed.register("Version of %s %d.".formatted(topic, random.nextInt(1000)));
        if (answer.isSuccess()) {
          observations.recordRegistration(answer.json().path("version").asInt());
        } else {
          observations.recordError(answer);
        }
      }
      case 1 ->
          recordActivation(
              testBed.changeActiveVersion(
                  TestBed.PROMPT, "rollback", ApiClient.JSON.createObjectNode()));
      default -> recordActivation(testBed.forceActivate(TestBed.PROMPT, 1 + random.nextInt(3)));
    }
  }

  private void recordActivation(ApiResponse answer) {
    if (answer.isSuccess()) {
      observations.recordActivation(
          answer.json().path("revision").asLong(), answer.json().path("version").asInt());
    } else {
      observations.recordError(answer);
    }
  }

  private void readReport() throws IOException, InterruptedException {
    Instant asked = Instant.now();
    ApiResponse answer = testBed.report();
    if (answer.isSuccess()) {
      observations.recordReport(
          new Observations.CostSnapshot(
              asked,
              Optional.ofNullable(answer.json().path("complete_until").textValue())
                  .map(Instant::parse),
              answer.json().path("total_calls").asLong(),
              BudgetView.parseAll(answer.json())));
    } else {
      observations.recordError(answer);
    }
  }

  /** Lets everybody get the answer that is waited for, and go. */
  @Override
  public void close() throws InterruptedException {
    end.countDown();
    threads.shutdown();
    // A repeat is a call after a call, and each ends when its caller's patience does.
    if (!threads.awaitTermination(3 * ApiClient.TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
      observations.recordViolation("somebody waits for ever");
      threads.shutdownNow();
    }
    firstCalls.shutdownNow();
  }
}
