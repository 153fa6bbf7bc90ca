package dev.tollgate.function.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.PromptVersion;
import dev.tollgate.prompt.SemanticSwitch;
import dev.tollgate.shadow.Comparisons.Different;
import dev.tollgate.shadow.Finding;
import dev.tollgate.shadow.Tally;
import dev.tollgate.shadow.Verdict;
import dev.tollgate.shadow.WilsonInterval;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What is known of a prompt's answers to similar questions, as JSON. */
public final class SemanticAnswers {
  private static final int RATE_DECIMALS = 6;

  private SemanticAnswers() {}

  /**
   * The state of a prompt.
   *
   * @param version the one in production, if any is
   * @param different the newest comparisons that found a difference
   */
  static ObjectNode state(
      PromptState state,
      Optional<PromptVersion> version,
      Tally tally,
      List<Different> different,
      double limit) {
    SemanticSwitch semantic = state.semantic();
    ObjectNode answer =
        PromptAnswers.object().put("name", state.name().value()).put("enabled", semantic.isOn());
    answer.put("asked_for", version.filter(it -> it.content().semantic().isPresent()).isPresent());
    PromptAnswers.putVersion(
        answer,
        "version",
        version.map(it -> OptionalInt.of(it.number())).orElse(OptionalInt.empty()));
    boolean always = semantic.countedFrom().equals(Instant.EPOCH);
    answer.put("counted_from", always ? null : semantic.countedFrom().toString());
    putTally(answer, tally);
    answer.put("limit", rounded(limit));
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
    for (Different each : different) {
      list.addObject()
          .put("call_id", each.callId())
          .put("answered_by", each.answeredBy())
          .put("similarity", new BigDecimal(each.similarity()))
          .put("version", each.version());
    }
    return answer.put("revision", state.revision());
  }

  public static ObjectNode finding(Finding finding) {
    ObjectNode answer =
        PromptAnswers.object()
            .put("kind", "shadow")
            .put("name", finding.prompt().value())
            .put("version", finding.version())
            .put("call_id", finding.callId().value())
            .put("verdict", finding.verdict().map(Verdict::id).orElse(null));
    putTally(answer, finding.tally());
    return answer.put("reason", finding.withdrawn().orElse(null));
  }

  private static void putTally(ObjectNode answer, Tally tally) {
    answer
        .put("compared", tally.compared())
        .put("different", tally.different())
        .put("undecided", tally.undecided())
        .put("rate", tally.rate().map(SemanticAnswers::rounded).orElse(null));
    Optional<WilsonInterval> interval = tally.interval();
    if (interval.isPresent()) {
      answer
          .putObject("interval")
          .put("low", rounded(interval.get().low()))
          .put("high", rounded(interval.get().high()))
          .put("confidence", rounded(WilsonInterval.CONFIDENCE));
    } else {
      answer.putNull("interval");
    }
  }

  private static BigDecimal rounded(double share) {
    BigDecimal plain =
        BigDecimal.valueOf(share)
            .setScale(RATE_DECIMALS, RoundingMode.HALF_UP)
            .stripTrailingZeros();
    return plain.setScale(Math.max(0, plain.scale()), RoundingMode.UNNECESSARY);
  }
}
