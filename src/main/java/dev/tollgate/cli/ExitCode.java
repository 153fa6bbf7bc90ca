package dev.tollgate.cli;

/** How a command ends, and the words in which its help says so. */
final class ExitCode {
  static final int OK = 0;
  static final int ERROR = 1;
  static final int DRIFT = 2;
  static final int GATE_CLOSED = 3;

  static final String HEADING = "%nExit codes:%n";
  static final String OK_HELP = " 0:done";
  static final String ERROR_HELP = " 1:an error, told on standard error";
  static final String GATE_HELP = " 3:the gate refused the activation";

  private ExitCode() {}
}
