package dev.tollgate.prompt;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether a version may go into production by its tests. */
public sealed interface Gate {
  /** For how long a passed run opens the gate. */
  Duration VALIDITY = Duration.ofDays(30);

  /** The version passed the current suite, lately. */
  record Open(GateVerdict verdict) implements Gate {}

  sealed interface Closed extends Gate {}

  /** The prompt has no suite, so nothing can have been tested. */
  record NoSuite() implements Closed {}

  /** This content never ran against the current suite. */
  record NotRun(String suiteHash) implements Closed {}

  record Failed(GateVerdict verdict) implements Closed {}

  /** It passed, but too long ago. */
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
