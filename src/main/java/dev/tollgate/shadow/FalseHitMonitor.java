package dev.tollgate.shadow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.PromptError;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptRegistry.ResolvedVersion;
import dev.tollgate.prompt.PromptResult;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.shadow.ComparisonStore.CountingWindow;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/**
 * Compares served answers, counts what comes of it, and switches a prompt's semantic cache off when
 * too many were wrong. Whatever is done twice counts once.
 */
@Singleton
public class FalseHitMonitor {
  private static final Logger LOG = Logger.getLogger(FalseHitMonitor.class);
  private static final String ACTOR = "tollgate-watch";

  /** For the model and the judge together; the function has more. */
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final ShadowEventCodec events;
  private final FreshAnswerComparator answers;
  private final ComparisonStore comparisons;
  private final PromptRegistry registry;
  private final Clock clock;
  private final FalseHitLimit limit;

  FalseHitMonitor(
      ShadowEventCodec events,
      FreshAnswerComparator answers,
      ComparisonStore comparisons,
      PromptRegistry registry,
      Clock clock,
      FalseHitLimit limit) {
    this.events = events;
    this.answers = answers;
    this.comparisons = comparisons;
    this.registry = registry;
    this.clock = clock;
    this.limit = limit;
  }

  /**
   * Makes the comparison that an event asks for.
   *
   * @return nothing if the event cannot be read: the key of the response cache has changed since,
   *     or it is not one of this installation
   */
  public Optional<ComparisonResult> compare(JsonNode event) {
    return events.read(event).map(this::compare);
  }

  ComparisonResult compare(ShadowRequest shadow) {
    return switch (registry.resolve(shadow.prompt(), new VersionRef.Number(shadow.version()))) {
      case PromptResult.Err<ResolvedVersion>(PromptError refusal) ->
          throw new IllegalStateException("what was served is gone: " + refusal);
      case PromptResult.Ok<ResolvedVersion>(ResolvedVersion(var head, var version)) -> {
        CountingWindow series = CountingWindow.of(head, version.content().versionHash());
        // Of a cache that is off there is nothing left to find out.
        Optional<ComparisonVerdict> verdict =
            head.semantic().isOn() ? recordVerdict(shadow, series) : Optional.empty();
        VerdictCounts tally = comparisons.counts(series);
        yield new ComparisonResult(
            shadow.callId(),
            shadow.prompt(),
            shadow.version(),
            verdict,
            tally,
            disableIfExceeded(shadow, head, tally));
      }
    };
  }

  private Optional<ComparisonVerdict> recordVerdict(ShadowRequest shadow, CountingWindow series) {
    // What was served before somebody switched it on again is forgiven.
    if (shadow.callId().time().isBefore(series.from())
        || comparisons.isRecorded(shadow.prompt(), shadow.callId())) {
      return Optional.empty();
    }
    ShadowComparison comparison =
        ShadowComparison.of(shadow, answers.compare(shadow, clock.instant().plus(TIMEOUT)));
    if (!comparisons.recordOnce(series, comparison, clock.instant())) {
      return Optional.empty();
    }
    LOG.infof(
        "call %s of %s version %d was served the answer of %s: %s",
        shadow.callId(),
        shadow.prompt(),
        shadow.version(),
        shadow.hit().answeredBy(),
        describe(comparison.verdict()));
    return Optional.of(comparison.verdict());
  }

  private static String describe(ComparisonVerdict verdict) {
    return verdict instanceof ComparisonVerdict.Undecided(String reason)
        ? "undecided, as " + reason
        : verdict.id();
  }

  /** Switches off by the counts of the version in production, whatever others try out. */
  private Optional<String> disableIfExceeded(
      ShadowRequest shadow, PromptState state, VerdictCounts tally) {
    if (!tally.exceeds(limit.share())) {
      return Optional.empty();
    }
    String reason = reason(tally);
    boolean withdrawn =
        switch (registry.disableSemanticCacheAfterFalseHits(
            shadow.prompt(),
            shadow.version(),
            state.semantic().countedFrom(),
            shadow.callId().value(),
            new ChangeRequest(ACTOR, Optional.of(reason), OptionalLong.empty()))) {
          case PromptResult.Ok<Boolean>(Boolean done) -> done;
          case PromptResult.Err<Boolean>(PromptError refusal) ->
              throw new IllegalStateException("the switch refuses: " + refusal);
        };
    if (!withdrawn) {
      return Optional.empty();
    }
    LOG.warnf("the semantic cache of %s is off: %s", shadow.prompt(), reason);
    return Optional.of(reason);
  }

  private String reason(VerdictCounts tally) {
    return "%d of %d compared answers differ from the model's own, at least %s %% of all, where %s %% may"
        .formatted(
            tally.different(),
            tally.compared(),
            formatPercent(tally.interval().orElseThrow().low()),
            formatPercent(limit.share()));
  }

  private static String formatPercent(double share) {
    return BigDecimal.valueOf(share * 100)
        .setScale(2, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }
}
