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
  private static final int CLAIMS_PER_REQUEST = 25;

  private static final int MAX_CLAIMS = 200;

  private final JudgePrompt prompt;
  private final JudgeClient calls;

  /** Those who told known pairs apart. */
  private final Set<JudgeVersion> verifiedForComparisons = ConcurrentHashMap.newKeySet();

  Judge(JudgePrompt prompt, JudgeClient calls) {
    this.prompt = prompt;
    this.calls = calls;
  }

  /**
   * The judge for answers of a model, which is another one than that. If there is no prompt for
   * judges yet, the built-in one is registered and put into production, on the word of {@code
   * tollgate}.
   */
  public JudgeVersion currentVersion(String testedModel) {
    return prompt.currentVersion(testedModel);
  }

  /** Tries a judge of runs with claims whose verdicts are known, before its word counts. */
  public JudgeCheckResult checkForRuns(JudgeVersion version, JudgeContext sitting) {
    return runChecks(JudgeCheck.RUN_CHECKS, version, sitting);
  }

  /** All at once: whoever asks waits for the last of them. */
  private JudgeCheckResult runChecks(
      List<JudgeCheck> canaries, JudgeVersion version, JudgeContext sitting) {
    List<String> mistakes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<JudgeCheck.Outcome> flight :
          threads.invokeAll(
              canaries.stream()
                  .<Callable<JudgeCheck.Outcome>>map(
                      canary -> () -> canary.run(this, version, sitting))
                  .toList())) {
        switch (flight.resultNow()) {
          case JudgeCheck.Outcome.Completed(List<String> found) -> mistakes.addAll(found);
          case JudgeCheck.Outcome.Unavailable(String reason) -> {
            return new JudgeCheckResult.Unavailable(reason);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while trying " + version.id(), e);
    }
    return mistakes.isEmpty()
        ? new JudgeCheckResult.Passed()
        : new JudgeCheckResult.Failed(mistakes);
  }

  /**
   * Judges how faithful an answer is to its context: takes it apart into claims, and asks of each
   * whether the context supports it.
   */
  public Faithfulness judgeFaithfulness(
      JudgeVersion version, JudgeContext sitting, String context, String question, String answer) {
    return switch (extractClaims(version, sitting, question, answer)) {
      case ExtractedClaims.Unavailable(String reason) -> new Faithfulness.Unavailable(reason);
      case ExtractedClaims.Found(List<String> claims) when claims.isEmpty() ->
          new Faithfulness.Unscored(
              answer.isBlank() ? "the answer is empty" : "the answer claims nothing");
      case ExtractedClaims.Found(List<String> claims) when claims.size() > MAX_CLAIMS ->
          new Faithfulness.Unavailable(
              "the answer makes more than %d claims: ask for a shorter one".formatted(MAX_CLAIMS));
      case ExtractedClaims.Found(List<String> claims) ->
          switch (judgeClaims(version, sitting, context, claims)) {
            case ClaimVerdicts.Judged(List<JudgedClaim> judged) -> new Faithfulness.Scored(judged);
            case ClaimVerdicts.Unavailable(String reason) -> new Faithfulness.Unavailable(reason);
          };
    };
  }

  /** Judges whether a context supports claims. */
  public ClaimVerdicts judgeClaims(
      JudgeVersion version, JudgeContext sitting, String context, List<String> claims) {
    List<JudgedClaim> judged = new ArrayList<>();
    for (int from = 0; from < claims.size(); from += CLAIMS_PER_REQUEST) {
      List<String> some = claims.subList(from, Math.min(claims.size(), from + CLAIMS_PER_REQUEST));
      ObjectNode question = JsonNodeFactory.instance.objectNode().put("task", "verdicts");
      question.put("context", context);
      ArrayNode list = question.putArray("claims");
      for (int i = 0; i < some.size(); i++) {
        list.addObject().put("id", i + 1).put("claim", some.get(i));
      }
      switch (calls.send(version, sitting, question, VerdictParser.SCHEMA)) {
        case JudgeClient.JudgeReply.Parsed(JsonNode said) ->
            judged.addAll(VerdictParser.parse(said, some, context));
        case JudgeClient.JudgeReply.Unparseable(String reason) ->
            some.forEach(claim -> judged.add(VerdictParser.missingVerdict(claim, reason)));
        case JudgeClient.JudgeReply.NoReply(String reason) -> {
          return new ClaimVerdicts.Unavailable(reason);
        }
      }
    }
    return new ClaimVerdicts.Judged(judged);
  }

  /** What an answer claims. */
  sealed interface ExtractedClaims {
    record Found(List<String> claims) implements ExtractedClaims {}

    record Unavailable(String reason) implements ExtractedClaims {}
  }

  ExtractedClaims extractClaims(
      JudgeVersion version, JudgeContext sitting, String question, String answer) {
    List<String> sentences = SentenceSplitter.split(answer);
    if (sentences.isEmpty()) {
      return new ExtractedClaims.Found(List.of());
    }
    ObjectNode asked = JsonNodeFactory.instance.objectNode().put("task", "claims");
    asked.put("question", question);
    ArrayNode list = asked.putArray("answer");
    for (int i = 0; i < sentences.size(); i++) {
      list.addObject().put("sentence", i + 1).put("text", sentences.get(i));
    }
    return switch (calls.send(version, sitting, asked, ClaimParser.SCHEMA)) {
      case JudgeClient.JudgeReply.Parsed(JsonNode said) ->
          new ExtractedClaims.Found(ClaimParser.parse(said, sentences));
      // Each sentence is then its own claim: what cannot be taken apart is judged as a whole.
      case JudgeClient.JudgeReply.Unparseable _ -> new ExtractedClaims.Found(sentences);
      case JudgeClient.JudgeReply.NoReply(String reason) -> new ExtractedClaims.Unavailable(reason);
    };
  }

  /**
   * Judges whether two answers to a question say the same. A judge that this process has not seen
   * tell known pairs apart is tried with them first: one that calls everything the same would be
   * taken for good news.
   */
  public Equivalence compareAnswers(
      JudgeVersion version, JudgeContext sitting, String question, String first, String second) {
    if (!verifiedForComparisons.contains(version)) {
      Optional<String> mistrust =
          runChecks(JudgeCheck.COMPARISON_CHECKS, version, sitting).distrustReason();
      if (mistrust.isPresent()) {
        return new Equivalence.Unknown(mistrust.get());
      }
      verifiedForComparisons.add(version);
    }
    return judgeEquivalence(version, sitting, question, first, second);
  }

  Equivalence judgeEquivalence(
      JudgeVersion version, JudgeContext sitting, String question, String first, String second) {
    ObjectNode asked = JsonNodeFactory.instance.objectNode().put("task", "comparison");
    asked.put("question", question).put("first", first).put("second", second);
    return switch (calls.send(version, sitting, asked, EquivalenceParser.SCHEMA)) {
      case JudgeClient.JudgeReply.Parsed(JsonNode said) -> EquivalenceParser.parse(said);
      case JudgeClient.JudgeReply.Unparseable(String reason) -> new Equivalence.Unknown(reason);
      case JudgeClient.JudgeReply.NoReply(String reason) -> new Equivalence.Unknown(reason);
    };
  }

  /** Has an answer graded by a rubric. What the judge does not clearly say is no pass. */
  public Grade grade(
      JudgeVersion version, JudgeContext sitting, String rubric, String question, String answer) {
    ObjectNode asked = JsonNodeFactory.instance.objectNode().put("task", "rubric");
    asked.put("rubric", rubric).put("question", question).put("answer", answer);
    return switch (calls.send(version, sitting, asked, GradeParser.SCHEMA)) {
      case JudgeClient.JudgeReply.Parsed(JsonNode said) -> GradeParser.parse(said);
      case JudgeClient.JudgeReply.Unparseable(String reason) ->
          new Grade.Graded(false, BigDecimal.ZERO, reason);
      case JudgeClient.JudgeReply.NoReply(String reason) -> new Grade.Unavailable(reason);
    };
  }
}
