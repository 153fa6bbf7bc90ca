package dev.tollgate.local.chaos;

import dev.tollgate.local.chaos.Api.Answer;
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
 * What goes on all the time: callers of all teams who ask the same few questions in all ways, an
 * administrator who moves a prompt to and fro, an author who has another one tested, and somebody
 * who looks at the costs.
 */
final class Traffic implements AutoCloseable {
  private static final int CALLERS = 2;
  private static final int QUESTIONS = 40;

  /** A budget may refuse the one of two equal requests that comes first, and not the other. */
  private static final Set<String> NO_ANSWER_TO_A_REPEAT =
      Set.of("idempotent_call_running", "idempotent_answer_lost", "budget_exceeded", "budget_held");

  private final Site site;
  private final Witness witness;
  private final String topic;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ExecutorService firsts = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean testing = true;

  private Traffic(Site site, Witness witness, String topic) {
    this.site = site;
    this.witness = witness;
    this.topic = topic;
  }

  /**
   * Starts it.
   *
   * @param topic what all questions are about, so that no earlier answer fits
   */
  static Traffic start(Site site, Witness witness, String topic, Random random) {
    Traffic traffic = new Traffic(site, witness, topic);
    for (int caller = 0; caller < CALLERS; caller++) {
      traffic.repeat(new Random(random.nextLong()), 20, traffic::ask);
    }
    traffic.repeat(new Random(random.nextLong()), 400, traffic::administrate);
    traffic.repeat(new Random(random.nextLong()), 700, _ -> traffic.look());
    Author author = new Author(site, witness);
    traffic.repeat(
        new Random(random.nextLong()),
        500,
        choice -> {
          if (traffic.testing) {
            author.haveTested(choice);
          }
        });
    return traffic;
  }

  /** Lets no more tests begin. Those that are under way go on. */
  void testNoMore() {
    testing = false;
  }

  private interface Habit {
    void act(Random random) throws IOException, InterruptedException;
  }

  private void repeat(Random random, int pauseMillis, Habit habit) {
    threads.execute(
        () -> {
          try {
            do {
              try {
                habit.act(random);
              } catch (IOException e) {
                witness.unanswered(e);
              }
            } while (!end.await(random.nextInt(2 * pauseMillis), TimeUnit.MILLISECONDS));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            witness.wrong("a caller met " + e);
          }
        });
  }

  private void ask(Random random) throws IOException, InterruptedException {
    Team team = site.teams().get(random.nextInt(site.teams().size()));
    Question question = Question.values()[random.nextInt(Question.values().length)];
    String about = topic + random.nextInt(QUESTIONS);
    if (random.nextInt(4) == 0) {
      askTwice(random, team, question, about);
    } else {
      Answer unused = ask(team, question, about);
    }
  }

  private Answer ask(Team team, Question question, String about, String... headers)
      throws IOException, InterruptedException {
    Answer answer = question.ask(site.api(), team, about, Api.PATIENT, headers);
    witness.saw(question, team, answer);
    return answer;
  }

  /** One call that is sent twice under one key, one after the other or at the same time. */
  private void askTwice(Random random, Team team, Question question, String about)
      throws IOException, InterruptedException {
    String key = "chaos-%016x".formatted(random.nextLong());
    boolean together = random.nextBoolean();
    Future<Answer> first = firsts.submit(() -> ask(team, question, about, "idempotency-key", key));
    if (together) {
      Thread.sleep(random.nextInt(60));
    } else {
      await(first);
    }
    Answer second = ask(team, question, about, "idempotency-key", key);
    await(first).ifPresent(answer -> compare(answer, second));
  }

  private Optional<Answer> await(Future<Answer> answer) throws InterruptedException {
    try {
      return Optional.of(answer.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException lost) {
        witness.unanswered(lost);
      } else {
        witness.wrong("a caller met " + e.getCause());
      }
      return Optional.empty();
    }
  }

  private void compare(Answer first, Answer second) {
    if (first.status() == 200 && second.status() == 200) {
      if (!first.text().equals(second.text())) {
        witness.wrong("one idempotency key, two answers: " + first.text() + second.text());
      }
    } else if (first.status() == 200 && second.status() / 100 == 4) {
      String code = second.json().path("error").path("code").asText();
      if (!NO_ANSWER_TO_A_REPEAT.contains(code)) {
        witness.wrong("a repeat was answered " + second.text());
      }
    }
  }

  private void administrate(Random random) throws IOException, InterruptedException {
    switch (random.nextInt(6)) {
      case 0 -> {
        Answer answer = site.register("Version of %s %d.".formatted(topic, random.nextInt(1000)));
        if (answer.isGood()) {
          witness.registered(answer.json().path("version").asInt());
        } else {
          witness.refused(answer);
        }
      }
      case 1 -> moved(site.move(Site.PROMPT, "rollback", Api.JSON.createObjectNode()));
      default -> moved(site.force(Site.PROMPT, 1 + random.nextInt(3)));
    }
  }

  private void moved(Answer answer) {
    if (answer.isGood()) {
      witness.moved(answer.json().path("revision").asLong(), answer.json().path("version").asInt());
    } else {
      witness.refused(answer);
    }
  }

  private void look() throws IOException, InterruptedException {
    Instant asked = Instant.now();
    Answer answer = site.report();
    if (answer.isGood()) {
      witness.reported(
          new Witness.Figures(
              asked,
              Optional.ofNullable(answer.json().path("complete_until").textValue())
                  .map(Instant::parse),
              answer.json().path("total_calls").asLong(),
              Account.all(answer.json())));
    } else {
      witness.refused(answer);
    }
  }

  /** Lets everybody get the answer that is waited for, and go. */
  @Override
  public void close() throws InterruptedException {
    end.countDown();
    threads.shutdown();
    // A repeat is a call after a call, and each ends when its caller's patience does.
    if (!threads.awaitTermination(3 * Api.PATIENT.toSeconds(), TimeUnit.SECONDS)) {
      witness.wrong("somebody waits for ever");
      threads.shutdownNow();
    }
    firsts.shutdownNow();
  }
}
