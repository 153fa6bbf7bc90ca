package dev.tollgate.evaluation.judge;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A claim of an answer, and what the judge says of it.
 *
 * @param evidence what the judge quotes from the context; empty if it quotes nothing
 * @param overruleReason why the claim counts as not supported although the judge does not say so
 */
public record JudgedClaim(
    String claim, Verdict verdict, String evidence, Optional<String> overruleReason) {
  /** What a judge may say of a claim. */
  public enum Verdict {
    SUPPORTED,
    CONTRADICTED,
    NOT_ENOUGH_INFO;

    /** The name in records and in the judge's answers. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Verdict> of(String id) {
      return Arrays.stream(values()).filter(verdict -> verdict.id().equals(id)).findFirst();
    }
  }

  public JudgedClaim {
    if (overruleReason.isPresent() && verdict == Verdict.SUPPORTED) {
      throw new IllegalArgumentException("an overruled claim is not supported");
    }
  }

  public boolean isSupported() {
    return verdict == Verdict.SUPPORTED;
  }
}
