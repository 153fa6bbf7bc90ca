package dev.tollgate.evaluation;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * The parts of an attempt's result that a decision depends on.
 *
 * @param hardAssertions whether each hard assertion passed, by its position in the case; empty
 *     without an answer
 * @param faithfulness from 0 to 1; absent if the attempt has no score
 */
public record AttemptScore(Map<String, Boolean> hardAssertions, OptionalDouble faithfulness) {
  public AttemptScore {
    hardAssertions = Map.copyOf(hardAssertions);
  }
}
