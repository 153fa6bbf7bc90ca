package dev.tollgate.shadow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.prompt.ChangeRequest;
import dev.tollgate.prompt.PromptError;
import dev.tollgate.prompt.PromptRegistry;
import dev.tollgate.prompt.PromptRegistry.ResolvedVersion;
import dev.tollgate.prompt.PromptResult;
import dev.tollgate.prompt.PromptState;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.shadow.Comparisons.Series;
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
public class FalseHitWatch {
  private static final Logger LOG = Logger.getLogger(FalseHitWatch.class);
  private static final String ACTOR = "tollgate-watch";

  /** For the model and the judge together; the function has more. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ShadowEvents events;
  private final FreshAnswers answers;
  private final Comparisons comparisons;
  private final PromptRegistry registry;
  private final Clock clock;
  private final FalseHitLimit limit;

  FalseHitWatch(
      ShadowEvents events,
      FreshAnswers answers,
      Comparisons comparisons,
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
  public Optional<Finding> compare(JsonNode event) {
    return events.read(event).map(this::compare);
  }

  Finding compare(Shadow shadow) {
    return switch (registry.resolve(shadow.prompt(), new VersionRef.Number(shadow.version()))) {
      case PromptResult.Err<ResolvedVersion>(PromptError refusal) ->
          throw new IllegalStateException("what was served is gone: " + refusal);
      case PromptResult.Ok<ResolvedVersion>(ResolvedVersion(var head, var version)) -> {
        Series series = Series.of(head, version.content().versionHash());
        // Of a cache that is off there is nothing left to find out.
        Optional<Verdict> verdict =
            head.semantic().isOn() ? count(shadow, series) : Optional.empty();
        Tally tally = comparisons.tally(series);
        yield new Finding(
            shadow.callId(),
            shadow.prompt(),
            shadow.version(),
            verdict,
            tally,
            withdraw(shadow, head, tally));
      }
    };
  }

  private Optional<Verdict> count(Shadow shadow, Series series) {
    // What was served before somebody switched it on again is forgiven.
    if (shadow.callId().time().isBefore(series.from())
        || comparisons.isCounted(shadow.prompt(), shadow.callId())) {
      return Optional.empty();
    }
    Comparison comparison =
        Comparison.of(shadow, answers.compare(shadow, clock.instant().plus(PATIENCE)));
    if (!comparisons.count(series, comparison, clock.instant())) {
      return Optional.empty();
    }
    LOG.infof(
        "call %s of %s version %d was served the answer of %s: %s",
        shadow.callId(),
        shadow.prompt(),
        shadow.version(),
        shadow.answeredBy(),
        words(comparison.verdict()));
    return Optional.of(comparison.verdict());
  }

  private static String words(Verdict verdict) {
    return verdict instanceof Verdict.Undecided(String reason)
        ? "undecided, as " + reason
        : verdict.id();
  }

  /** Switches off by the counts of the version in production, whatever others try out. */
  private Optional<String> withdraw(Shadow shadow, PromptState state, Tally tally) {
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

  private String reason(Tally tally) {
    return "%d of %d compared answers differ from the model's own, at least %s %% of all, where %s %% may"
        .formatted(
            tally.different(),
            tally.compared(),
            percent(tally.interval().orElseThrow().low()),
            percent(limit.share()));
  }

  private static String percent(double share) {
    return BigDecimal.valueOf(share * 100)
        .setScale(2, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }
}
