package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A small trial of a judge, of which it is known what must come out. */
sealed interface JudgeCheck {
  String RESOURCE = "/judge/canaries.yaml";

  /** Of a judge who reads answers against their context. */
  List<JudgeCheck> RUN_CHECKS = load("runs");

  /** Of a judge who compares answers. */
  List<JudgeCheck> COMPARISON_CHECKS = load("comparisons");

  /** What came of a trial. */
  sealed interface Outcome {
    record Completed(List<String> mistakes) implements Outcome {}

    record Unavailable(String reason) implements Outcome {}
  }

  Outcome run(Judge judge, JudgeVersion version, JudgeContext sitting);

  /** Claims on a context, of which each is either supported or not. */
  record VerdictCheck(String context, List<LabelledClaim> claims) implements JudgeCheck {
    record LabelledClaim(String claim, boolean supported) {}

    @Override
    public Outcome run(Judge judge, JudgeVersion version, JudgeContext sitting) {
      return switch (judge.judgeClaims(
          version, sitting, context, claims.stream().map(LabelledClaim::claim).toList())) {
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

  /** An answer of which at least so many claims must be found. */
  record ExtractionCheck(String answer, int minClaims) implements JudgeCheck {
    @Override
    public Outcome run(Judge judge, JudgeVersion version, JudgeContext sitting) {
      return switch (judge.extractClaims(version, sitting, "", answer)) {
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

  /** Two answers, of which it is known whether they say the same. */
  record ComparisonCheck(String question, String first, String second, boolean equivalent)
      implements JudgeCheck {
    @Override
    public Outcome run(Judge judge, JudgeVersion version, JudgeContext sitting) {
      return switch (judge.judgeEquivalence(version, sitting, question, first, second)) {
        case Equivalence.Unknown(String reason) -> new Outcome.Unavailable(reason);
        case Equivalence.Judged(boolean said) ->
            new Outcome.Completed(
                said == equivalent
                    ? List.of()
                    : List.of(
                        "\"%s\" and \"%s\" are %s; the judge says otherwise"
                            .formatted(first, second, equivalent ? "the same" : "different")));
      };
    }
  }

  private static List<JudgeCheck> load(String of) {
    try (InputStream yaml = JudgeCheck.class.getResourceAsStream(RESOURCE)) {
      if (yaml == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the package");
      }
      List<JudgeCheck> canaries = new ArrayList<>();
      for (JsonNode row : new ObjectMapper(new YAMLFactory()).readTree(yaml).required(of)) {
        canaries.add(
            row.has("question")
                ? readComparisonCheck(row)
                : row.has("context") ? readVerdictCheck(row) : readExtractionCheck(row));
      }
      return List.copyOf(canaries);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
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
