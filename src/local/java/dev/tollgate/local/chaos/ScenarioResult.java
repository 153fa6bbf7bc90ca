package dev.tollgate.local.chaos;

import java.util.List;

/**
 * What came of a scenario.
 *
 * @param spilled how many calls were loaded from a log
 * @param lost how many answers ended with their functions
 * @param recovered when everything worked again
 * @param broken the invariants that did not hold
 */
record ScenarioResult(
    String scenario,
    Observations observations,
    int spilled,
    long lost,
    Recovery.RecoveryTimes recovered,
    List<String> broken) {
  boolean held() {
    return broken.isEmpty();
  }

  /** How many of the invariants held. */
  String share() {
    return "%d of %d".formatted(Invariants.COUNT - broken.size(), Invariants.COUNT);
  }
}
