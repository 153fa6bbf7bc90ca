package dev.tollgate.shadow;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The share of wrong answers from the semantic cache that an installation tolerates. */
@Singleton
public class FalseHitLimit {
  private final double share;

  /**
   * @param share the semantic cache of a prompt is disabled if the interval of the measured rate
   *     lies above it
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
