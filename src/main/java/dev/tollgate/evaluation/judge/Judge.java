package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.json.JsonNodes;
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
 * Judges answers with another model. Tollgate checks the judge's replies: they need a verdict on
 * every claim, and a quote from the context for every supported claim.
 */
@Singleton
public class Judge {
  /** As many as fit into one reply of the judge with their evidence. */
  private static final int CLAIMS_PER_REQUEST = 25;

  private static final int MAX_CLAIMS = 200;

  private final JudgePrompt prompt;
  private final JudgeClient calls;

  /** The judges that passed the checks of this process. */
  private final Set<JudgeVersion> verifiedForComparisons = ConcurrentHashMap.newKeySet();

  Judge(JudgePrompt prompt, JudgeClient calls) {
    this.prompt = prompt;
    this.calls = calls;
  }

  /**
   * Returns the judge for answers of a model, which is always another model. If no judge prompt is
   * active, {@code tollgate} registers and activates the built-in one.
   */
  public JudgeVersion currentVersion(String testedModel) {
    return prompt.currentVersion(testedModel);
  }

  /** Runs the known-answer checks that a judge must pass before a run. */
  public JudgeCheckResult checkForRuns(JudgeVersion version, JudgeContext judgeContext) {
    return runChecks(JudgeCheck.RUN_CHECKS, version, judgeContext);
  }

  /** Runs all checks in parallel. */
  private JudgeCheckResult runChecks(
      List<JudgeCheck> checks, JudgeVersion version, JudgeContext judgeContext) {
    List<String> mistakes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<JudgeCheck.Outcome> outcome :
          threads.invokeAll(
              checks.stream()
                  .<Callable<JudgeCheck.Outcome>>map(
                      check -> () -> check.run(this, version, judgeContext))
                  .toList())) {
        switch (outcome.resultNow()) {
          case JudgeCheck.Outcome.Completed(List<String> found) -> mistakes.addAll(found);
          case JudgeCheck.Outcome.Unavailable(String reason) -> {
            return new JudgeCheckResult.Unavailable(reason);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while checking " + version.id(), e);
    }
    return mistakes.isEmpty()
        ? new JudgeCheckResult.Passed()
        : new JudgeCheckResult.Failed(mistakes);
  }

  /**
   * Judges how faithful an answer is to its context. The judge splits the answer into claims and
   * decides for each whether the context supports it.
   */
  public Faithfulness judgeFaithfulness(
      JudgeVersion version,
      JudgeContext judgeContext,
      String context,
      String question,
      String answer) {
    return switch (extractClaims(version, judgeContext, question, answer)) {
      case ExtractedClaims.Unavailable(String reason) -> new Faithfulness.Unavailable(reason);
      case ExtractedClaims.Found(List<String> claims) when claims.isEmpty() ->
          new Faithfulness.Unscored(
              answer.isBlank() ? "the answer is empty" : "the answer makes no claims");
      case ExtractedClaims.Found(List<String> claims) when claims.size() > MAX_CLAIMS ->
          new Faithfulness.Unavailable(
              "the answer makes more than %d claims: ask for a shorter answer"
                  .formatted(MAX_CLAIMS));
      case ExtractedClaims.Found(List<String> claims) ->
          switch (judgeClaims(version, judgeContext, context, claims)) {
            case ClaimVerdicts.Judged(List<JudgedClaim> judged) -> new Faithfulness.Scored(judged);
            case ClaimVerdicts.Unavailable(String reason) -> new Faithfulness.Unavailable(reason);
          };
    };
  }

  /** Judges whether a context supports claims. */
  ClaimVerdicts judgeClaims(
      JudgeVersion version, JudgeContext judgeContext, String context, List<String> claims) {
    List<JudgedClaim> judged = new ArrayList<>();
    for (int from = 0; from < claims.size(); from += CLAIMS_PER_REQUEST) {
      List<String> batch = claims.subList(from, Math.min(claims.size(), from + CLAIMS_PER_REQUEST));
      ObjectNode task = JsonNodes.object().put("task", "verdicts");
      task.put("context", context);
      ArrayNode list = task.putArray("claims");
      for (int i = 0; i < batch.size(); i++) {
        list.addObject().put("id", i + 1).put("claim", batch.get(i));
      }
      switch (calls.send(version, judgeContext, task, VerdictParser.SCHEMA)) {
        case JudgeClient.JudgeReply.Parsed(JsonNode reply) ->
            judged.addAll(VerdictParser.parse(reply, batch, context));
        case JudgeClient.JudgeReply.Unparseable(String reason) ->
            batch.forEach(claim -> judged.add(VerdictParser.missingVerdict(claim, reason)));
        case JudgeClient.JudgeReply.NoReply(String reason) -> {
          return new ClaimVerdicts.Unavailable(reason);
        }
      }
    }
    return new ClaimVerdicts.Judged(judged);
  }

  /** The claims of an answer. */
  sealed interface ExtractedClaims {
    record Found(List<String> claims) implements ExtractedClaims {}

    record Unavailable(String reason) implements ExtractedClaims {}
  }

  ExtractedClaims extractClaims(
      JudgeVersion version, JudgeContext judgeContext, String question, String answer) {
    List<String> sentences = SentenceSplitter.split(answer);
    if (sentences.isEmpty()) {
      return new ExtractedClaims.Found(List.of());
    }
    ObjectNode task = JsonNodes.object().put("task", "claims");
    task.put("question", question);
    ArrayNode list = task.putArray("answer");
    for (int i = 0; i < sentences.size(); i++) {
      list.addObject().put("sentence", i + 1).put("text", sentences.get(i));
    }
    return switch (calls.send(version, judgeContext, task, ClaimParser.SCHEMA)) {
      case JudgeClient.JudgeReply.Parsed(JsonNode reply) ->
          new ExtractedClaims.Found(ClaimParser.parse(reply, sentences));
      // Without extracted claims, each sentence is a claim.
      case JudgeClient.JudgeReply.Unparseable _ -> new ExtractedClaims.Found(sentences);
      case JudgeClient.JudgeReply.NoReply(String reason) -> new ExtractedClaims.Unavailable(reason);
    };
  }

  /**
   * Judges whether two answers to a question mean the same. A judge must first pass the
   * known-answer checks in this process. Otherwise a judge that calls all answers the same would
   * hide every false hit.
   */
  public Equivalence compareAnswers(
      JudgeVersion version,
      JudgeContext judgeContext,
      String question,
      String first,
      String second) {
    if (!verifiedForComparisons.contains(version)) {
      Optional<String> distrustReason =
          runChecks(JudgeCheck.COMPARISON_CHECKS, version, judgeContext).distrustReason();
      if (distrustReason.isPresent()) {
        return new Equivalence.Unknown(distrustReason.get());
      }
      verifiedForComparisons.add(version);
    }
    return judgeEquivalence(version, judgeContext, question, first, second);
  }

  Equivalence judgeEquivalence(
      JudgeVersion version,
      JudgeContext judgeContext,
      String question,
      String first,
      String second) {
    ObjectNode task = JsonNodes.object().put("task", "comparison");
    task.put("question", question).put("first", first).put("second", second);
    return switch (calls.send(version, judgeContext, task, EquivalenceParser.SCHEMA)) {
      case JudgeClient.JudgeReply.Parsed(JsonNode reply) -> EquivalenceParser.parse(reply);
      case JudgeClient.JudgeReply.Unparseable(String reason) -> new Equivalence.Unknown(reason);
      case JudgeClient.JudgeReply.NoReply(String reason) -> new Equivalence.Unknown(reason);
    };
  }

  /** Grades an answer by a rubric. An unclear reply of the judge counts as failed. */
  public Grade grade(
      JudgeVersion version,
      JudgeContext judgeContext,
      String rubric,
      String question,
      String answer) {
    ObjectNode task = JsonNodes.object().put("task", "rubric");
    task.put("rubric", rubric).put("question", question).put("answer", answer);
    return switch (calls.send(version, judgeContext, task, GradeParser.SCHEMA)) {
      case JudgeClient.JudgeReply.Parsed(JsonNode reply) -> GradeParser.parse(reply);
      case JudgeClient.JudgeReply.Unparseable(String reason) ->
          new Grade.Graded(false, BigDecimal.ZERO, reason);
      case JudgeClient.JudgeReply.NoReply(String reason) -> new Grade.Unavailable(reason);
    };
  }
}
