package dev.tollgate.local.chaos;

import dev.tollgate.local.chaos.Recovery.Recovered;
import java.util.List;

/**
 * What came of a scenario.
 *
 * @param spilled how many calls were loaded from a log
 * @param lost how many answers ended with their functions
 * @param last what was the last to work again
 * @param broken the invariants that did not hold
 */
record Result(
    String scenario, Witness witness, int spilled, long lost, Recovered last, List<String> broken) {
  boolean held() {
    return broken.isEmpty();
  }

  /** How many of the invariants held. */
  String share() {
    return "%d of %d".formatted(Invariants.NUMBER - broken.size(), Invariants.NUMBER);
  }
}
