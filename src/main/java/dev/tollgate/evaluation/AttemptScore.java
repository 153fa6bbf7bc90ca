package dev.tollgate.evaluation;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * One attempt at a case, as far as a decision goes by it.
 *
 * @param hardAssertions whether each hard assertion held, by its place in the case; empty if no
 *     answer came
 * @param faithfulness from 0 to 1; absent if the attempt could not be scored
 */
public record AttemptScore(Map<String, Boolean> hardAssertions, OptionalDouble faithfulness) {
  public AttemptScore {
    hardAssertions = Map.copyOf(hardAssertions);
  }
}
