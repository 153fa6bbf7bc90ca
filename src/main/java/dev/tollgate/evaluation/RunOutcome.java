package dev.tollgate.evaluation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a run ended. */
public enum RunOutcome {
  PASSED(false),
  /** A version that is not in production, or only compared with, did not pass. */
  FAILED(false),
  /** The version in production failed, and the last good one took its place. */
  ROLLED_BACK(true),
  /** Both versions failed, so it is the model that changed. Nothing moved. */
  MODEL_DRIFT(true),
  /** The version failed, but the one before takes other variables or questions. Nothing moved. */
  OTHER_VARIABLES(true),
  /** Nothing that a rollback should rest on. Nothing moved. */
  INCONCLUSIVE(true),
  /** The run says nothing: too little of it could be asked or judged. Nothing moved. */
  INVALID(true),
  /** Another version was put into production meanwhile. Nothing moved. */
  SUPERSEDED(false);

  private final boolean alarming;

  RunOutcome(boolean alarming) {
    this.alarming = alarming;
  }

  /** Whether a person should look at it, if it came by night. */
  public boolean isAlarming() {
    return alarming;
  }

  /** The name in answers and in stores. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<RunOutcome> of(String id) {
    return Arrays.stream(values()).filter(outcome -> outcome.id().equals(id)).findFirst();
  }
}
