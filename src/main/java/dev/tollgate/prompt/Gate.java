package dev.tollgate.prompt;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The gate that allows or prevents the activation of a version, depending on its tests. */
public sealed interface Gate {
  /** How long a passed run opens the gate. */
  Duration VALIDITY = Duration.ofDays(30);

  /** The version passed the current suite within the validity. */
  record Open(GateVerdict verdict) implements Gate {}

  sealed interface Closed extends Gate {}

  /** The prompt has no suite. */
  record NoSuite() implements Closed {}

  /** This content was not run against the current suite. */
  record NotRun(String suiteHash) implements Closed {}

  record Failed(GateVerdict verdict) implements Closed {}

  /** The version passed, but longer ago than the validity. */
  record Expired(GateVerdict verdict) implements Closed {}

  static Gate evaluate(Optional<String> suiteHash, Optional<GateVerdict> verdict, Instant now) {
    if (suiteHash.isEmpty()) {
      return new NoSuite();
    }
    if (verdict.isEmpty()) {
      return new NotRun(suiteHash.get());
    }
    if (!verdict.get().passed()) {
      return new Failed(verdict.get());
    }
    return verdict.get().time().isBefore(now.minus(VALIDITY))
        ? new Expired(verdict.get())
        : new Open(verdict.get());
  }
}
