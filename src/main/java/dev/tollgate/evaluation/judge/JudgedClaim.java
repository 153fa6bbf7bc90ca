package dev.tollgate.evaluation.judge;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A claim of an answer with the judge's verdict.
 *
 * @param evidence the judge's quote from the context; empty without a quote
 * @param overruleReason why the claim counts as unsupported despite the judge's reply
 */
public record JudgedClaim(
    String claim, Verdict verdict, String evidence, Optional<String> overruleReason) {
  /** A judge's verdict on a claim. */
  public enum Verdict {
    SUPPORTED,
    CONTRADICTED,
    NOT_ENOUGH_INFO;

    /** The name in records and in the judge's replies. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Verdict> of(String id) {
      return Arrays.stream(values()).filter(verdict -> verdict.id().equals(id)).findFirst();
    }
  }

  public JudgedClaim {
    if (overruleReason.isPresent() && verdict == Verdict.SUPPORTED) {
      throw new IllegalArgumentException("An overruled claim cannot be supported");
    }
  }

  public boolean isSupported() {
    return verdict == Verdict.SUPPORTED;
  }
}
