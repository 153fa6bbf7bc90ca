package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.json.JsonMappers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A known-answer check of a judge. */
sealed interface JudgeCheck {
  String RESOURCE = "/judge/canaries.yaml";

  /** For a judge that compares answers with their context. */
  List<JudgeCheck> RUN_CHECKS = load("runs");

  /** For a judge that compares two answers. */
  List<JudgeCheck> COMPARISON_CHECKS = load("comparisons");

  /** The result of one check. */
  sealed interface Outcome {
    record Completed(List<String> mistakes) implements Outcome {}

    record Unavailable(String reason) implements Outcome {}
  }

  Outcome run(Judge judge, JudgeVersion version, JudgeContext judgeContext);

  /** Claims about a context with known verdicts. */
  record VerdictCheck(String context, List<LabelledClaim> claims) implements JudgeCheck {
    record LabelledClaim(String claim, boolean supported) {}

    @Override
    public Outcome run(Judge judge, JudgeVersion version, JudgeContext judgeContext) {
      return switch (judge.judgeClaims(
          version, judgeContext, context, claims.stream().map(LabelledClaim::claim).toList())) {
        case ClaimVerdicts.Unavailable(String reason) -> new Outcome.Unavailable(reason);
        case ClaimVerdicts.Judged(List<JudgedClaim> judged) -> {
          List<String> mistakes = new ArrayList<>();
          for (int i = 0; i < claims.size(); i++) {
            LabelledClaim known = claims.get(i);
            JudgedClaim claim = judged.get(i);
            if (claim.isSupported() != known.supported()) {
              mistakes.add(
                  "\"%s\" is %s; the judge says %s"
                      .formatted(
                          known.claim(),
                          known.supported() ? "supported" : "not supported",
                          claim.overruleReason().orElse(claim.verdict().id())));
            }
          }
          yield new Outcome.Completed(mistakes);
        }
      };
    }
  }

  /** An answer with a known minimum of claims. */
  record ExtractionCheck(String answer, int minClaims) implements JudgeCheck {
    @Override
    public Outcome run(Judge judge, JudgeVersion version, JudgeContext judgeContext) {
      return switch (judge.extractClaims(version, judgeContext, "", answer)) {
        case Judge.ExtractedClaims.Unavailable(String reason) -> new Outcome.Unavailable(reason);
        case Judge.ExtractedClaims.Found(List<String> found) ->
            new Outcome.Completed(
                found.size() >= minClaims
                    ? List.of()
                    : List.of(
                        "\"%s\" makes %d claims; the judge finds %d"
                            .formatted(answer, minClaims, found.size())));
      };
    }
  }

  /** Two answers that are known to be equivalent or not. */
  record ComparisonCheck(String question, String first, String second, boolean equivalent)
      implements JudgeCheck {
    @Override
    public Outcome run(Judge judge, JudgeVersion version, JudgeContext judgeContext) {
      return switch (judge.judgeEquivalence(version, judgeContext, question, first, second)) {
        case Equivalence.Unknown(String reason) -> new Outcome.Unavailable(reason);
        case Equivalence.Judged(boolean reply) ->
            new Outcome.Completed(
                reply == equivalent
                    ? List.of()
                    : List.of(
                        "\"%s\" and \"%s\" are %s; the judge says otherwise"
                            .formatted(first, second, equivalent ? "the same" : "different")));
      };
    }
  }

  private static List<JudgeCheck> load(String field) {
    try (InputStream yaml = JudgeCheck.class.getResourceAsStream(RESOURCE)) {
      if (yaml == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the package");
      }
      List<JudgeCheck> checks = new ArrayList<>();
      for (JsonNode row : JsonMappers.yaml().readTree(yaml).required(field)) {
        checks.add(
            row.has("question")
                ? readComparisonCheck(row)
                : row.has("context") ? readVerdictCheck(row) : readExtractionCheck(row));
      }
      return List.copyOf(checks);
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to read " + RESOURCE, e);
    }
  }

  private static JudgeCheck readVerdictCheck(JsonNode row) {
    List<VerdictCheck.LabelledClaim> claims = new ArrayList<>();
    for (JsonNode known : row.required("claims")) {
      claims.add(
          new VerdictCheck.LabelledClaim(
              known.required("claim").textValue(), known.required("supported").booleanValue()));
    }
    return new VerdictCheck(row.required("context").textValue(), List.copyOf(claims));
  }

  private static JudgeCheck readExtractionCheck(JsonNode row) {
    return new ExtractionCheck(
        row.required("answer").textValue(), row.required("claims").intValue());
  }

  private static JudgeCheck readComparisonCheck(JsonNode row) {
    return new ComparisonCheck(
        row.required("question").textValue(),
        row.required("first").textValue(),
        row.required("second").textValue(),
        row.required("same").booleanValue());
  }
}
