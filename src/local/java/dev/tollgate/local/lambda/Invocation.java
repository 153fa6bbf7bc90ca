package dev.tollgate.local.lambda;

import static java.util.Objects.requireNonNull;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;

/** One attempt to have an environment do a piece of work. */
final class Invocation {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String requestId;
  private final byte[] payload;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

  Invocation(String requestId, byte[] payload) {
    this.requestId = requireNonNull(requestId, "requestId");
    this.payload = requireNonNull(payload, "payload");
  }

  sealed interface Outcome {
    /** The environment did the work or failed in it. */
    record Finished(InvocationResult result) implements Outcome {}

    /** The environment ended without having seen the work, so another may safely do it. */
    record NotTaken() implements Outcome {}
  }

  String requestId() {
    return requestId;
  }

  byte[] payload() {
    return payload;
  }

  CompletableFuture<Outcome> outcome() {
    return outcome;
  }

  void succeed(byte[] answer) {
    outcome.complete(new Outcome.Finished(new InvocationResult.Succeeded(requestId, answer)));
  }

  void fail(byte[] error) {
    outcome.complete(new Outcome.Finished(new InvocationResult.Failed(requestId, error)));
  }

  void markNotTaken() {
    outcome.complete(new Outcome.NotTaken());
  }

  /** Returns a new X-Ray header that says the trace is not sampled. */
  static String newTrace() {
    byte[] id = new byte[12];
    byte[] parent = new byte[8];
    RANDOM.nextBytes(id);
    RANDOM.nextBytes(parent);
    HexFormat hex = HexFormat.of();
    return "Root=1-%08x-%s;Parent=%s;Sampled=0"
        .formatted(Instant.now().getEpochSecond(), hex.formatHex(id), hex.formatHex(parent));
  }
}
