package dev.tollgate.evaluation.suite;

/** Thrown if a suite is not valid. The message begins with the line. */
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
