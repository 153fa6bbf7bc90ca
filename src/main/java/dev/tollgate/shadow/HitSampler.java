package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.event.EventPublisher;
import dev.tollgate.invocation.Invocation;
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
 * Sends a random sample of semantic cache hits to another function for comparison. Chance selects
 * the sample, so that no caller can evade it. The response waits until Lambda accepts the event,
 * because Lambda would freeze a background thread with the function. A failure never fails the
 * call.
 */
@Singleton
class HitSampler {
  private static final Logger LOG = Logger.getLogger(HitSampler.class);

  /** Lambda accepts 1 MB. The rest is for the record that Lambda writes around a failed event. */
  private static final int MAX_EVENT_BYTES = 1_000_000;

  /** Many times what Lambda needs, and little compared with a call of a model. */
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
      LOG.warn("Failed to send the shadow comparison of call %s".formatted(hit.call().id()), e);
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

  /** Empty for a prompt from a developer's file: it has no version and no switch. */
  private static Optional<ShadowRequest> toShadowRequest(SemanticHit hit) {
    CallRecord call = hit.call();
    return hit.prompt().version().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ShadowRequest(
                new ShadowRequest.Hit(
                    call.id(), call.answeredBy().orElseThrow(), call.similarity().orElseThrow()),
                ShadowRequest.caller(call.keyId(), hit.principal(), call.team()),
                call.endpoint(),
                new Invocation.Input.Replayed(
                    hit.request().withoutCallerOptions(),
                    hit.prompt().name(),
                    hit.prompt().version().getAsInt()),
                hit.askedQuestion(),
                hit.answer().text()));
  }
}
