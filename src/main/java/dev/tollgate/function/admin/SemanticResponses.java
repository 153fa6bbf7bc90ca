package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/** What is known of a prompt's answers to similar questions, as JSON. */
public final class SemanticResponses {
  private static final int RATE_DECIMALS = 6;

  private SemanticResponses() {}

  /**
   * The state of a prompt.
   *
   * @param version the one in production, if any is
   * @param different the newest comparisons that found a difference
   */
  static ObjectNode state(
      PromptState state,
      Optional<PromptVersion> version,
      VerdictCounts tally,
      List<DifferingCall> different,
      double limit) {
    SemanticSwitch semantic = state.semantic();
    ObjectNode answer =
        PromptResponses.object().put("name", state.name().value()).put("enabled", semantic.isOn());
    answer.put("asked_for", version.filter(it -> it.content().semantic().isPresent()).isPresent());
    PromptResponses.putVersion(
        answer,
        "version",
        version.map(it -> OptionalInt.of(it.number())).orElse(OptionalInt.empty()));
    boolean always = semantic.countedFrom().equals(Instant.EPOCH);
    answer.put("counted_from", always ? null : semantic.countedFrom().toString());
    putCounts(answer, tally);
    answer.put("limit", round(limit));
    if (semantic.off().isPresent()) {
      SemanticSwitch.Off off = semantic.off().get();
      answer
          .putObject("off")
          .put("since", off.since().toString())
          .put("reason", off.reason())
          .put("call_id", off.callId().orElse(null));
    } else {
      answer.putNull("off");
    }
    ArrayNode list = answer.putArray("different_calls");
    for (DifferingCall each : different) {
      list.addObject()
          .put("call_id", each.callId())
          .put("answered_by", each.answeredBy())
          .put("similarity", new BigDecimal(each.similarity()))
          .put("version", each.version());
    }
    return answer.put("revision", state.revision());
  }

  public static ObjectNode comparisonResult(ComparisonResult finding) {
    ObjectNode answer =
        PromptResponses.object()
            .put("kind", "shadow")
            .put("name", finding.prompt().value())
            .put("version", finding.version())
            .put("call_id", finding.callId().value())
            .put("verdict", finding.verdict().map(ComparisonVerdict::id).orElse(null));
    putCounts(answer, finding.counts());
    return answer.put("reason", finding.disabledReason().orElse(null));
  }

  private static void putCounts(ObjectNode answer, VerdictCounts tally) {
    answer
        .put("compared", tally.compared())
        .put("different", tally.different())
        .put("undecided", tally.undecided())
        .put("rate", tally.rate().map(SemanticResponses::round).orElse(null));
    Optional<WilsonInterval> interval = tally.interval();
    if (interval.isPresent()) {
      answer
          .putObject("interval")
          .put("low", round(interval.get().low()))
          .put("high", round(interval.get().high()))
          .put("confidence", round(WilsonInterval.CONFIDENCE));
    } else {
      answer.putNull("interval");
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
