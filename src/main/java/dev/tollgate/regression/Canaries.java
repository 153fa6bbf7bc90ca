package dev.tollgate.regression;

import java.util.List;

/** What came of trying a judge with claims whose verdicts are known. */
public sealed interface Canaries {
  /** It judged all of them rightly. */
  record Right(int claims) implements Canaries {}

  /**
   * It cannot be trusted.
   *
   * @param mistakes each with the claim, what is right and what the judge said
   */
  record Wrong(List<String> mistakes) implements Canaries {
    public Wrong {
      mistakes = List.copyOf(mistakes);
    }
  }

  /** It gave no answer. */
  record Unavailable(String reason) implements Canaries {}
}
