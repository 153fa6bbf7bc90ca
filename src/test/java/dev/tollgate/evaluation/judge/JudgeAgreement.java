package dev.tollgate.evaluation.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.tollgate.evaluation.judge.JudgedClaim.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The agreement of a judge with people on labelled claims. */
final class JudgeAgreement {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** A claim with its label and the verdict of the judge. */
  private record Judged(String kind, Verdict label, JudgedClaim claim) {
    boolean agreed() {
      return (label == Verdict.SUPPORTED) == claim.isSupported();
    }

    boolean wronglyAccepted() {
      return label != Verdict.SUPPORTED && claim.isSupported();
    }

    boolean wronglyRejected() {
      return label == Verdict.SUPPORTED && !claim.isSupported();
    }
  }

  private final List<Judged> claims = new ArrayList<>();

  private JudgeAgreement() {}

  /** Judges labelled claims in the format of labelled-claims.yaml. */
  static JudgeAgreement of(Judge judge, JudgeVersion version, InputStream labelled)
      throws IOException {
    JudgeAgreement agreement = new JudgeAgreement();
    for (JsonNode row : YAML.readTree(labelled).required("contexts")) {
      List<JsonNode> rows = row.required("claims").valueStream().toList();
      List<String> texts = rows.stream().map(it -> it.required("claim").textValue()).toList();
      switch (judge.judgeClaims(
          version, SimulatedJudge.CONTEXT, row.required("context").textValue(), texts)) {
        case ClaimVerdicts.Unavailable(String reason) -> throw new IllegalStateException(reason);
        case ClaimVerdicts.Judged(List<JudgedClaim> given) -> {
          for (int i = 0; i < rows.size(); i++) {
            agreement.claims.add(
                new Judged(
                    rows.get(i).required("kind").textValue(),
                    Verdict.of(rows.get(i).required("label").textValue()).orElseThrow(),
                    given.get(i)));
          }
        }
      }
    }
    return agreement;
  }

  int size() {
    return claims.size();
  }

  long agreed() {
    return count(Judged::agreed);
  }

  long wronglyAccepted() {
    return count(Judged::wronglyAccepted);
  }

  long wronglyRejected() {
    return count(Judged::wronglyRejected);
  }

  private long count(Predicate<Judged> which) {
    return claims.stream().filter(which).count();
  }

  /** The mean of the recall on supported and on unsupported claims. */
  double balancedAccuracy() {
    double supported = count(it -> it.label() == Verdict.SUPPORTED);
    double others = size() - supported;
    return (2 - wronglyRejected() / supported - wronglyAccepted() / others) / 2;
  }

  /** Formats Markdown tables: verdicts by label, and agreement by kind of claim. */
  String report() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%d claims: agreement %.1f %%, balanced %.1f %%, wrongly accepted %d, wrongly rejected %d%n%n"
            .formatted(
                size(),
                100.0 * agreed() / size(),
                100 * balancedAccuracy(),
                wronglyAccepted(),
                wronglyRejected()));
    text.append("| label | supported | contradicted | not_enough_info |\n|---|--:|--:|--:|\n");
    for (Verdict label : Verdict.values()) {
      text.append("| ").append(label.id());
      for (Verdict verdict : Verdict.values()) {
        text.append(" | ")
            .append(count(it -> it.label() == label && it.claim().verdict() == verdict));
      }
      text.append(" |\n");
    }
    text.append("\n| kind | claims | agreed | wrongly accepted | wrongly rejected |\n");
    text.append("|---|--:|--:|--:|--:|\n");
    Map<String, List<Judged>> kinds = new TreeMap<>();
    claims.forEach(it -> kinds.computeIfAbsent(it.kind(), _ -> new ArrayList<>()).add(it));
    kinds.forEach(
        (kind, some) ->
            text.append(
                "| %s | %d | %d | %d | %d |\n"
                    .formatted(
                        kind,
                        some.size(),
                        some.stream().filter(Judged::agreed).count(),
                        some.stream().filter(Judged::wronglyAccepted).count(),
                        some.stream().filter(Judged::wronglyRejected).count())));
    text.append('\n');
    claims.stream()
        .filter(it -> !it.agreed())
        .forEach(
            it ->
                text.append(
                    "%s, judged %s: %s\n"
                        .formatted(
                            it.label().id(), it.claim().verdict().id(), it.claim().claim())));
    return text.toString();
  }
}
