package dev.tollgate.evaluation.suite;

/** A suite that cannot be run as it is written. The message begins with the place. */
public final class InvalidSuiteException extends IllegalArgumentException {
  InvalidSuiteException(int line, String problem) {
    this("line " + line + ": " + problem);
  }

  private InvalidSuiteException(String message) {
    super(message);
  }

  InvalidSuiteException inHeldOutCases() {
    return new InvalidSuiteException("held-out cases, " + getMessage());
  }
}
