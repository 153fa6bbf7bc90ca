package dev.tollgate.shadow;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The share of wrong answers from the semantic cache that an installation puts up with. */
@Singleton
public class FalseHitLimit {
  private final double share;

  /**
   * Takes the share.
   *
   * @param share that the interval of the measured rate must lie above for a prompt to be switched
   *     off
   */
  public FalseHitLimit(@ConfigProperty(name = "tollgate.semantic.false-hit-limit") double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "tollgate.semantic.false-hit-limit must be from 0 to 1, not " + share);
    }
    this.share = share;
  }

  /** From 0 to 1. */
  public double share() {
    return share;
  }
}
