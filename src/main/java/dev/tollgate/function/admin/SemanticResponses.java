package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.function.http.JsonText;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.prompt.SemanticSwitch;
import dev.tollgate.shadow.ComparisonResult;
import dev.tollgate.shadow.ComparisonStore.DifferingCall;
import dev.tollgate.shadow.ComparisonVerdict;
import dev.tollgate.shadow.VerdictCounts;
import dev.tollgate.shadow.WilsonInterval;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Responses about the semantic cache of a prompt and its shadow comparisons. */
public final class SemanticResponses {
  private static final int RATE_DECIMALS = 6;

  private SemanticResponses() {}

  /**
   * The state of a prompt.
   *
   * @param version the active version, if there is one
   * @param different the newest calls whose comparison found a difference
   */
  static ObjectNode state(
      PromptState state,
      Optional<PromptVersion> version,
      VerdictCounts counts,
      List<DifferingCall> different,
      double limit) {
    SemanticSwitch semantic = state.semantic();
    ObjectNode response =
        JsonNodes.object().put("name", state.name().value()).put("enabled", semantic.isOn());
    response.put(
        "asked_for", version.filter(it -> it.content().semantic().isPresent()).isPresent());
    JsonText.putInt(
        response,
        "version",
        version.map(it -> OptionalInt.of(it.number())).orElse(OptionalInt.empty()));
    boolean always = semantic.countedFrom().equals(Instant.EPOCH);
    response.put("counted_from", always ? null : semantic.countedFrom().toString());
    putCounts(response, counts);
    response.put("limit", round(limit));
    if (semantic.off().isPresent()) {
      SemanticSwitch.Off off = semantic.off().get();
      response
          .putObject("off")
          .put("since", off.since().toString())
          .put("reason", off.reason())
          .put("call_id", off.callId().orElse(null));
    } else {
      response.putNull("off");
    }
    ArrayNode list = response.putArray("different_calls");
    for (DifferingCall each : different) {
      list.addObject()
          .put("call_id", each.callId())
          .put("answered_by", each.answeredBy())
          .put("similarity", new BigDecimal(each.similarity()))
          .put("version", each.version());
    }
    return response.put("revision", state.revision());
  }

  public static ObjectNode comparisonResult(ComparisonResult result) {
    ObjectNode response =
        JsonNodes.object()
            .put("kind", "shadow")
            .put("name", result.prompt().value())
            .put("version", result.version())
            .put("call_id", result.callId().value())
            .put("verdict", result.verdict().map(ComparisonVerdict::id).orElse(null));
    putCounts(response, result.counts());
    return response.put("reason", result.disabledReason().orElse(null));
  }

  private static void putCounts(ObjectNode response, VerdictCounts counts) {
    response
        .put("compared", counts.compared())
        .put("different", counts.different())
        .put("undecided", counts.undecided())
        .put("rate", counts.rate().map(SemanticResponses::round).orElse(null));
    Optional<WilsonInterval> interval = counts.interval();
    if (interval.isPresent()) {
      response
          .putObject("interval")
          .put("low", round(interval.get().low()))
          .put("high", round(interval.get().high()))
          .put("confidence", round(WilsonInterval.CONFIDENCE));
    } else {
      response.putNull("interval");
    }
  }

  private static BigDecimal round(double share) {
    BigDecimal plain =
        BigDecimal.valueOf(share)
            .setScale(RATE_DECIMALS, RoundingMode.HALF_UP)
            .stripTrailingZeros();
    return plain.setScale(Math.max(0, plain.scale()), RoundingMode.UNNECESSARY);
  }
}
