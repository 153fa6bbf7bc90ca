package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.invocation.SemanticHit;
import dev.tollgate.invocation.SemanticHitListener;
import dev.tollgate.lambda.AsyncLambdaInvoker;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Has a share of the served answers compared, by another function. Which ones is left to chance, so
 * that nobody can ask in a way that is not watched. The answer waits until Lambda has the event,
 * since a thread that went on behind it would be frozen with the function; whatever goes wrong, the
 * call goes on.
 */
@Singleton
class SampledHits implements SemanticHitListener {
  private static final Logger LOG = Logger.getLogger(SampledHits.class);

  /** Lambda takes 1 MB, and the record of what became of an event has that of its own around it. */
  private static final int MOST_BYTES = 1_000_000;

  /** Many times what Lambda needs, and less than callers notice who wait for models else. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final ShadowEvents shadows;
  private final Consumer<byte[]> sender;
  private final LostShadows lost;
  private final double share;
  private final DoubleSupplier chance;

  @Inject
  SampledHits(
      ShadowEvents shadows,
      AsyncLambdaInvoker events,
      LostShadows lost,
      @ConfigProperty(name = "tollgate.regression.function") String function,
      @ConfigProperty(name = "tollgate.semantic.shadow-share") double share) {
    this(
        shadows,
        event -> events.invoke(function, event, PATIENCE),
        lost,
        share,
        () -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * @param chance 0 to below 1
   */
  SampledHits(
      ShadowEvents shadows,
      Consumer<byte[]> sender,
      LostShadows lost,
      double share,
      DoubleSupplier chance) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "tollgate.semantic.shadow-share must be from 0 to 1, not " + share);
    }
    this.shadows = shadows;
    this.sender = sender;
    this.lost = lost;
    this.share = share;
    this.chance = chance;
  }

  @Override
  public void onHit(SemanticHit hit) {
    if (hit.call().purpose() != Purpose.LIVE || chance.getAsDouble() >= share) {
      return;
    }
    try {
      shadow(hit).ifPresent(shadow -> send(hit, shadow));
    } catch (RuntimeException e) {
      LOG.warn("call %s cannot be compared".formatted(hit.call().id()), e);
      lost.add(hit.prompt().name(), "failed");
    }
  }

  private void send(SemanticHit hit, Shadow shadow) {
    Optional<byte[]> event = shadows.write(shadow);
    if (event.isEmpty()) {
      lost.add(hit.prompt().name(), "no_key");
    } else if (event.get().length > MOST_BYTES) {
      lost.add(hit.prompt().name(), "too_large");
    } else {
      sender.accept(event.get());
    }
  }

  /** Nothing for a prompt from a developer's file, which nobody has to switch off. */
  private static Optional<Shadow> shadow(SemanticHit hit) {
    CallRecord call = hit.call();
    return hit.prompt().version().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Shadow(
                call.id(),
                call.answeredBy().orElseThrow(),
                call.similarity().orElseThrow(),
                hit.prompt().name(),
                hit.prompt().version().getAsInt(),
                call.keyId(),
                hit.principal(),
                call.team(),
                call.endpoint(),
                hit.request().withoutCallerOptions(),
                hit.askedQuestion(),
                hit.answer().text()));
  }
}
