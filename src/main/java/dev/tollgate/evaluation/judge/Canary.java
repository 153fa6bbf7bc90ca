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
sealed interface Canary {
  String RESOURCE = "/judge/canaries.yaml";

  /** Of a judge who reads answers against their context. */
  List<Canary> OF_RUNS = load("runs");

  /** Of a judge who compares answers. */
  List<Canary> OF_COMPARISONS = load("comparisons");

  /** What came of a trial. */
  sealed interface Flight {
    record Landed(List<String> mistakes) implements Flight {}

    record Unavailable(String reason) implements Flight {}
  }

  Flight fly(Judge judge, JudgeVersion version, Sitting sitting);

  /** Claims on a context, of which each is either supported or not. */
  record Verdicts(String context, List<Known> claims) implements Canary {
    record Known(String claim, boolean supported) {}

    @Override
    public Flight fly(Judge judge, JudgeVersion version, Sitting sitting) {
      return switch (judge.verdicts(
          version, sitting, context, claims.stream().map(Known::claim).toList())) {
        case ClaimVerdicts.Unavailable(String reason) -> new Flight.Unavailable(reason);
        case ClaimVerdicts.Given(List<JudgedClaim> judged) -> {
          List<String> mistakes = new ArrayList<>();
          for (int i = 0; i < claims.size(); i++) {
            Known known = claims.get(i);
            JudgedClaim claim = judged.get(i);
            if (claim.supported() != known.supported()) {
              mistakes.add(
                  "\"%s\" is %s; the judge says %s"
                      .formatted(
                          known.claim(),
                          known.supported() ? "supported" : "not supported",
                          claim.overruled().orElse(claim.verdict().id())));
            }
          }
          yield new Flight.Landed(mistakes);
        }
      };
    }
  }

  /** An answer of which at least so many claims must be found. */
  record Extraction(String answer, int claims) implements Canary {
    @Override
    public Flight fly(Judge judge, JudgeVersion version, Sitting sitting) {
      return switch (judge.claims(version, sitting, "", answer)) {
        case Judge.Claims.Unavailable(String reason) -> new Flight.Unavailable(reason);
        case Judge.Claims.Found(List<String> found) ->
            new Flight.Landed(
                found.size() >= claims
                    ? List.of()
                    : List.of(
                        "\"%s\" makes %d claims; the judge finds %d"
                            .formatted(answer, claims, found.size())));
      };
    }
  }

  /** Two answers, of which it is known whether they say the same. */
  record Pair(String question, String first, String second, boolean same) implements Canary {
    @Override
    public Flight fly(Judge judge, JudgeVersion version, Sitting sitting) {
      return switch (judge.sameness(version, sitting, question, first, second)) {
        case Sameness.Unknown(String reason) -> new Flight.Unavailable(reason);
        case Sameness.Judged(boolean said) ->
            new Flight.Landed(
                said == same
                    ? List.of()
                    : List.of(
                        "\"%s\" and \"%s\" are %s; the judge says otherwise"
                            .formatted(first, second, same ? "the same" : "different")));
      };
    }
  }

  private static List<Canary> load(String of) {
    try (InputStream yaml = Canary.class.getResourceAsStream(RESOURCE)) {
      if (yaml == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the package");
      }
      List<Canary> canaries = new ArrayList<>();
      for (JsonNode row : new ObjectMapper(new YAMLFactory()).readTree(yaml).required(of)) {
        canaries.add(
            row.has("question") ? pair(row) : row.has("context") ? verdicts(row) : extraction(row));
      }
      return List.copyOf(canaries);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }

  private static Canary verdicts(JsonNode row) {
    List<Verdicts.Known> claims = new ArrayList<>();
    for (JsonNode known : row.required("claims")) {
      claims.add(
          new Verdicts.Known(
              known.required("claim").textValue(), known.required("supported").booleanValue()));
    }
    return new Verdicts(row.required("context").textValue(), List.copyOf(claims));
  }

  private static Canary extraction(JsonNode row) {
    return new Extraction(row.required("answer").textValue(), row.required("claims").intValue());
  }

  private static Canary pair(JsonNode row) {
    return new Pair(
        row.required("question").textValue(),
        row.required("first").textValue(),
        row.required("second").textValue(),
        row.required("same").booleanValue());
  }
}
