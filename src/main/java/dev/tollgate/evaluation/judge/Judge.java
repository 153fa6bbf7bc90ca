package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Has another model read answers. A judge's word counts only as far as it can be checked: it must
 * speak of every claim, and what it calls supported it must quote from the context.
 */
@Singleton
public class Judge {
  /** As many as fit into one answer of the judge with their evidence. */
  private static final int CLAIMS_AT_ONCE = 25;

  private static final int MOST_CLAIMS = 200;

  private final JudgePrompt prompt;
  private final JudgeCalls calls;

  /** Those who told known pairs apart. */
  private final Set<JudgeVersion> comparing = ConcurrentHashMap.newKeySet();

  Judge(JudgePrompt prompt, JudgeCalls calls) {
    this.prompt = prompt;
    this.calls = calls;
  }

  /**
   * The judge for answers of a model, which is another one than that. If there is no prompt for
   * judges yet, the built-in one is registered and put into production, on the word of {@code
   * tollgate}.
   */
  public JudgeVersion version(String testedModel) {
    return prompt.current(testedModel);
  }

  /** Tries a judge of runs with claims whose verdicts are known, before its word counts. */
  public Canaries canaries(JudgeVersion version, Sitting sitting) {
    return fly(Canary.OF_RUNS, version, sitting);
  }

  /** All at once: whoever asks waits for the last of them. */
  private Canaries fly(List<Canary> canaries, JudgeVersion version, Sitting sitting) {
    List<String> mistakes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Canary.Flight> flight :
          threads.invokeAll(
              canaries.stream()
                  .<Callable<Canary.Flight>>map(canary -> () -> canary.fly(this, version, sitting))
                  .toList())) {
        switch (flight.resultNow()) {
          case Canary.Flight.Landed(List<String> found) -> mistakes.addAll(found);
          case Canary.Flight.Unavailable(String reason) -> {
            return new Canaries.Unavailable(reason);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while trying " + version.id(), e);
    }
    return mistakes.isEmpty() ? new Canaries.Right() : new Canaries.Wrong(mistakes);
  }

  /**
   * Judges how faithful an answer is to its context: takes it apart into claims, and asks of each
   * whether the context supports it.
   */
  public Faithfulness faithfulness(
      JudgeVersion version, Sitting sitting, String context, String question, String answer) {
    return switch (claims(version, sitting, question, answer)) {
      case Claims.Unavailable(String reason) -> new Faithfulness.Unavailable(reason);
      case Claims.Found(List<String> claims) when claims.isEmpty() ->
          new Faithfulness.Unscored(
              answer.isBlank() ? "the answer is empty" : "the answer claims nothing");
      case Claims.Found(List<String> claims) when claims.size() > MOST_CLAIMS ->
          new Faithfulness.Unavailable(
              "the answer makes more than %d claims: ask for a shorter one".formatted(MOST_CLAIMS));
      case Claims.Found(List<String> claims) ->
          switch (verdicts(version, sitting, context, claims)) {
            case ClaimVerdicts.Given(List<JudgedClaim> judged) -> new Faithfulness.Scored(judged);
            case ClaimVerdicts.Unavailable(String reason) -> new Faithfulness.Unavailable(reason);
          };
    };
  }

  /** Judges whether a context supports claims. */
  public ClaimVerdicts verdicts(
      JudgeVersion version, Sitting sitting, String context, List<String> claims) {
    List<JudgedClaim> judged = new ArrayList<>();
    for (int from = 0; from < claims.size(); from += CLAIMS_AT_ONCE) {
      List<String> some = claims.subList(from, Math.min(claims.size(), from + CLAIMS_AT_ONCE));
      ObjectNode question = JsonNodeFactory.instance.objectNode().put("task", "verdicts");
      question.put("context", context);
      ArrayNode list = question.putArray("claims");
      for (int i = 0; i < some.size(); i++) {
        list.addObject().put("id", i + 1).put("claim", some.get(i));
      }
      switch (calls.ask(version, sitting, question, VerdictReading.SCHEMA)) {
        case JudgeCalls.Said.Spoke(JsonNode said) ->
            judged.addAll(VerdictReading.read(said, some, context));
        case JudgeCalls.Said.Garbled(String reason) ->
            some.forEach(claim -> judged.add(VerdictReading.missing(claim, reason)));
        case JudgeCalls.Said.Silent(String reason) -> {
          return new ClaimVerdicts.Unavailable(reason);
        }
      }
    }
    return new ClaimVerdicts.Given(judged);
  }

  /** What an answer claims. */
  sealed interface Claims {
    record Found(List<String> claims) implements Claims {}

    record Unavailable(String reason) implements Claims {}
  }

  Claims claims(JudgeVersion version, Sitting sitting, String question, String answer) {
    List<String> sentences = Sentences.of(answer);
    if (sentences.isEmpty()) {
      return new Claims.Found(List.of());
    }
    ObjectNode asked = JsonNodeFactory.instance.objectNode().put("task", "claims");
    asked.put("question", question);
    ArrayNode list = asked.putArray("answer");
    for (int i = 0; i < sentences.size(); i++) {
      list.addObject().put("sentence", i + 1).put("text", sentences.get(i));
    }
    return switch (calls.ask(version, sitting, asked, ClaimReading.SCHEMA)) {
      case JudgeCalls.Said.Spoke(JsonNode said) ->
          new Claims.Found(ClaimReading.read(said, sentences));
      // Each sentence is then its own claim: what cannot be taken apart is judged as a whole.
      case JudgeCalls.Said.Garbled _ -> new Claims.Found(sentences);
      case JudgeCalls.Said.Silent(String reason) -> new Claims.Unavailable(reason);
    };
  }

  /**
   * Judges whether two answers to a question say the same. A judge that this process has not seen
   * tell known pairs apart is tried with them first: one that calls everything the same would be
   * taken for good news.
   */
  public Sameness compare(
      JudgeVersion version, Sitting sitting, String question, String first, String second) {
    if (!comparing.contains(version)) {
      Optional<String> mistrust = fly(Canary.OF_COMPARISONS, version, sitting).mistrust();
      if (mistrust.isPresent()) {
        return new Sameness.Unknown(mistrust.get());
      }
      comparing.add(version);
    }
    return sameness(version, sitting, question, first, second);
  }

  Sameness sameness(
      JudgeVersion version, Sitting sitting, String question, String first, String second) {
    ObjectNode asked = JsonNodeFactory.instance.objectNode().put("task", "comparison");
    asked.put("question", question).put("first", first).put("second", second);
    return switch (calls.ask(version, sitting, asked, SamenessReading.SCHEMA)) {
      case JudgeCalls.Said.Spoke(JsonNode said) -> SamenessReading.read(said);
      case JudgeCalls.Said.Garbled(String reason) -> new Sameness.Unknown(reason);
      case JudgeCalls.Said.Silent(String reason) -> new Sameness.Unknown(reason);
    };
  }

  /** Has an answer graded by a rubric. What the judge does not clearly say is no pass. */
  public Grade grade(
      JudgeVersion version, Sitting sitting, String rubric, String question, String answer) {
    ObjectNode asked = JsonNodeFactory.instance.objectNode().put("task", "rubric");
    asked.put("rubric", rubric).put("question", question).put("answer", answer);
    return switch (calls.ask(version, sitting, asked, GradeReading.SCHEMA)) {
      case JudgeCalls.Said.Spoke(JsonNode said) -> GradeReading.read(said);
      case JudgeCalls.Said.Garbled(String reason) ->
          new Grade.Given(false, BigDecimal.ZERO, reason);
      case JudgeCalls.Said.Silent(String reason) -> new Grade.Unavailable(reason);
    };
  }
}
