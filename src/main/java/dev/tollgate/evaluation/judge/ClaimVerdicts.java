package dev.tollgate.evaluation.judge;

import java.util.List;

/** What a judge says of claims that it was given. */
public sealed interface ClaimVerdicts {
  /** One for each claim asked, in that order. */
  record Given(List<JudgedClaim> claims) implements ClaimVerdicts {
    public Given {
      claims = List.copyOf(claims);
    }
  }

  /** It gave no answer. */
  record Unavailable(String reason) implements ClaimVerdicts {}
}
