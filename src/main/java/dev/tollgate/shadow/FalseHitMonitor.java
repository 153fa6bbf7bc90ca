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
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/**
 * Compares cached answers, counts the verdicts, and disables a prompt's semantic cache if too many
 * answers were wrong. Repeated events count once.
 */
@Singleton
public class FalseHitMonitor {
  private static final Logger LOG = Logger.getLogger(FalseHitMonitor.class);
  private static final String ACTOR = "tollgate-watch";

  /** For the model and the judge together. The timeout of the function is longer. */
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
   * Makes the comparison of an event.
   *
   * @return empty if the event cannot be decrypted: the key of the response cache has changed, or
   *     the event is from another installation
   */
  public Optional<ComparisonResult> compare(JsonNode event) {
    return events.read(event).map(this::compare);
  }

  ComparisonResult compare(ShadowRequest shadow) {
    return switch (registry.resolve(shadow.prompt(), new VersionRef.Number(shadow.version()))) {
      case PromptResult.Err<ResolvedVersion>(PromptError error) ->
          throw new IllegalStateException(
              "Failed to load the version of a served answer: " + error);
      case PromptResult.Ok<ResolvedVersion>(ResolvedVersion(var state, var version)) -> {
        CountingWindow window = CountingWindow.of(state, version.content().versionHash());
        // A cache that is off needs no more comparisons.
        Optional<ComparisonVerdict> verdict =
            state.semantic().isOn() ? recordVerdict(shadow, window) : Optional.empty();
        VerdictCounts counts = comparisons.counts(window);
        yield new ComparisonResult(
            shadow.callId(),
            shadow.prompt(),
            shadow.version(),
            verdict,
            counts,
            disableIfExceeded(shadow, state, counts));
      }
    };
  }

  private Optional<ComparisonVerdict> recordVerdict(ShadowRequest shadow, CountingWindow window) {
    // Answers that were served before the cache was re-enabled do not count.
    if (shadow.callId().time().isBefore(window.from())
        || comparisons.isRecorded(shadow.prompt(), shadow.callId())) {
      return Optional.empty();
    }
    ShadowComparison comparison =
        ShadowComparison.of(shadow, answers.compare(shadow, clock.instant().plus(TIMEOUT)));
    if (!comparisons.recordOnce(window, comparison, clock.instant())) {
      return Optional.empty();
    }
    LOG.infof(
        "Compared call %s of %s@%d with the answer of call %s: %s",
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

  /** Disables the cache by the counts of the active version only. */
  private Optional<String> disableIfExceeded(
      ShadowRequest shadow, PromptState state, VerdictCounts counts) {
    if (!counts.exceeds(limit.share())) {
      return Optional.empty();
    }
    String reason = reason(counts);
    boolean disabled =
        switch (registry.disableSemanticCacheAfterFalseHits(
            shadow.prompt(),
            shadow.version(),
            state.semantic().countedFrom(),
            shadow.callId().value(),
            new ChangeRequest(ACTOR, Optional.of(reason), OptionalLong.empty()))) {
          case PromptResult.Ok<Boolean>(Boolean done) -> done;
          case PromptResult.Err<Boolean>(PromptError error) ->
              throw new IllegalStateException("Failed to disable the semantic cache: " + error);
        };
    if (!disabled) {
      return Optional.empty();
    }
    LOG.warnf("Disabled the semantic cache of %s: %s", shadow.prompt(), reason);
    return Optional.of(reason);
  }

  private String reason(VerdictCounts counts) {
    return String.format(
        Locale.ROOT,
        "%d of %d compared answers differ from the model's own: at least %s %% of all, the limit is"
            + " %s %%",
        counts.different(),
        counts.compared(),
        formatPercent(counts.interval().orElseThrow().low()),
        formatPercent(limit.share()));
  }

  private static String formatPercent(double share) {
    return BigDecimal.valueOf(share * 100)
        .setScale(2, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }
}
