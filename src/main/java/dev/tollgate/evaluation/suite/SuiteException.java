package dev.tollgate.evaluation.suite;

/** A suite that cannot be run as it is written. The message begins with the place. */
public final class SuiteException extends IllegalArgumentException {
  SuiteException(int line, String problem) {
    this("line " + line + ": " + problem);
  }

  private SuiteException(String message) {
    super(message);
  }

  SuiteException inHeldOutCases() {
    return new SuiteException("held-out cases, " + getMessage());
  }
}
