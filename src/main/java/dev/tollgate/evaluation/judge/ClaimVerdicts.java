package dev.tollgate.evaluation.judge;

import java.util.List;

/** What a judge says of claims that it was given. */
public sealed interface ClaimVerdicts {
  /** One for each claim asked, in that order. */
  record Judged(List<JudgedClaim> claims) implements ClaimVerdicts {
    public Judged {
      claims = List.copyOf(claims);
    }
  }

  /** It gave no answer. */
  record Unavailable(String reason) implements ClaimVerdicts {}
}
