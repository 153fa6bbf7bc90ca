package dev.tollgate.prompt;

import java.time.Instant;
import java.util.Optional;

/**
 * Whether the semantic cache of a prompt is enabled, for versions that ask for it.
 *
 * @param countedFrom when it was last enabled; only hits since then count
 * @param off why it is disabled; empty if it is enabled
 */
public record SemanticSwitch(Instant countedFrom, Optional<Off> off) {
  /** The initial switch of a prompt. */
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
   * The reason for a disabled cache.
   *
   * @param callId the call that disabled it automatically; empty if a person did
   */
  public record Off(Instant since, String reason, Optional<String> callId) {}
}
