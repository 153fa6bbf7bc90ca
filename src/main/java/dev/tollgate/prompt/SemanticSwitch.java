package dev.tollgate.prompt;

import java.time.Instant;
import java.util.Optional;

/**
 * Whether a prompt's versions may serve answers that were given to similar questions, as far as
 * they ask for it.
 *
 * @param countedFrom when it was last switched on: served answers are judged by those from then on
 * @param off why it is off, if it is
 */
public record SemanticSwitch(Instant countedFrom, Optional<Off> off) {
  /** As it is until somebody touches it. */
  public static final SemanticSwitch ON = new SemanticSwitch(Instant.EPOCH, Optional.empty());

  public boolean isOn() {
    return off.isEmpty();
  }

  SemanticSwitch switchOff(Instant now, String reason, Optional<String> callId) {
    return new SemanticSwitch(countedFrom, Optional.of(new Off(now, reason, callId)));
  }

  static SemanticSwitch switchOn(Instant now) {
    return new SemanticSwitch(now, Optional.empty());
  }

  /**
   * That it is off.
   *
   * @param callId the call after which it switched itself off; absent if a person did it
   */
  public record Off(Instant since, String reason, Optional<String> callId) {}
}
