package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.event.EventPublisher;
import dev.tollgate.invocation.SemanticHit;
import dev.tollgate.lambda.LambdaAsyncInvoker;
import jakarta.enterprise.event.Observes;
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
class HitSampler {
  private static final Logger LOG = Logger.getLogger(HitSampler.class);

  /** Lambda takes 1 MB, and the record of what became of an event has that of its own around it. */
  private static final int MAX_EVENT_BYTES = 1_000_000;

  /** Many times what Lambda needs, and less than callers notice who wait for models else. */
  private static final Duration TIMEOUT = Duration.ofMillis(500);

  private final ShadowEventCodec codec;
  private final Consumer<byte[]> sender;
  private final EventPublisher events;
  private final double sampleRate;
  private final DoubleSupplier random;

  @Inject
  HitSampler(
      ShadowEventCodec codec,
      LambdaAsyncInvoker lambda,
      EventPublisher events,
      @ConfigProperty(name = "tollgate.regression.function") String function,
      @ConfigProperty(name = "tollgate.semantic.shadow-share") double sampleRate) {
    this(
        codec,
        event -> lambda.invoke(function, event, TIMEOUT),
        events,
        sampleRate,
        () -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * @param random 0 to below 1
   */
  HitSampler(
      ShadowEventCodec codec,
      Consumer<byte[]> sender,
      EventPublisher events,
      double sampleRate,
      DoubleSupplier random) {
    if (!(sampleRate >= 0 && sampleRate <= 1)) {
      throw new IllegalArgumentException(
          "tollgate.semantic.shadow-share must be from 0 to 1, not " + sampleRate);
    }
    this.codec = codec;
    this.sender = sender;
    this.events = events;
    this.sampleRate = sampleRate;
    this.random = random;
  }

  void onHit(@Observes SemanticHit hit) {
    if (hit.call().purpose() != Purpose.LIVE || random.getAsDouble() >= sampleRate) {
      return;
    }
    try {
      toShadowRequest(hit).ifPresent(shadow -> send(hit, shadow));
    } catch (RuntimeException e) {
      LOG.warn("call %s cannot be compared".formatted(hit.call().id()), e);
      skip(hit, "failed");
    }
  }

  private void send(SemanticHit hit, ShadowRequest shadow) {
    Optional<byte[]> event = codec.write(shadow);
    if (event.isEmpty()) {
      skip(hit, "no_key");
    } else if (event.get().length > MAX_EVENT_BYTES) {
      skip(hit, "too_large");
    } else {
      sender.accept(event.get());
    }
  }

  private void skip(SemanticHit hit, String reason) {
    events.publish(new ComparisonSkipped(Optional.of(hit.prompt().name()), reason));
  }

  /** Nothing for a prompt from a developer's file, which nobody has to switch off. */
  private static Optional<ShadowRequest> toShadowRequest(SemanticHit hit) {
    CallRecord call = hit.call();
    return hit.prompt().version().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ShadowRequest(
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
