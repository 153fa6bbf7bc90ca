package dev.tollgate.evaluation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The outcome of a run. */
public enum RunOutcome {
  PASSED(false),
  /** A version failed that is not active, or that only served as the comparison. */
  FAILED(false),
  /** The active version failed, and the last good version is active again. */
  ROLLED_BACK(true),
  /** Both versions failed, so the model has changed. Nothing else changed. */
  MODEL_DRIFT(true),
  /** The version failed, but the previous one has other variables. Nothing changed. */
  OTHER_VARIABLES(true),
  /** The results do not justify a rollback. Nothing changed. */
  INCONCLUSIVE(true),
  /** Too few attempts were answered and judged. Nothing changed. */
  INVALID(true),
  /** Another version was activated during the run. The run changed nothing. */
  SUPERSEDED(false);

  private final boolean alarming;

  RunOutcome(boolean alarming) {
    this.alarming = alarming;
  }

  /** Whether a nightly run with this outcome raises an alarm. */
  public boolean isAlarming() {
    return alarming;
  }

  /** The name in responses and in stores. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<RunOutcome> of(String id) {
    return Arrays.stream(values()).filter(outcome -> outcome.id().equals(id)).findFirst();
  }
}
