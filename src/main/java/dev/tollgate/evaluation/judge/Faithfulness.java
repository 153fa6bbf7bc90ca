package dev.tollgate.evaluation.judge;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** The faithfulness of an answer to its context. */
public sealed interface Faithfulness {
  /** Each claim of the answer has a verdict. */
  record Scored(List<JudgedClaim> claims) implements Faithfulness {
    private static final int SCORE_SCALE = 6;

    public Scored {
      claims = List.copyOf(claims);
      if (claims.isEmpty()) {
        throw new IllegalArgumentException("A score needs at least one claim");
      }
    }

    /** The share of supported claims, 0 to 1. */
    public BigDecimal score() {
      return BigDecimal.valueOf(supportedCount())
          .divide(BigDecimal.valueOf(claims.size()), SCORE_SCALE, RoundingMode.HALF_UP);
    }

    /** How many claims the context supports. */
    public long supportedCount() {
      return claims.stream().filter(JudgedClaim::isSupported).count();
    }
  }

  /** The answer makes no claims, such as a refusal. */
  record Unscored(String reason) implements Faithfulness {}

  /** The judge gave no answer. */
  record Unavailable(String reason) implements Faithfulness {}
}
