package dev.tollgate.evaluation.judge;

import java.util.List;

/** A judge's verdicts on claims. */
sealed interface ClaimVerdicts {
  /** One verdict for each claim, in the same order. */
  record Judged(List<JudgedClaim> claims) implements ClaimVerdicts {
    public Judged {
      claims = List.copyOf(claims);
    }
  }

  /** The judge gave no answer. */
  record Unavailable(String reason) implements ClaimVerdicts {}
}
