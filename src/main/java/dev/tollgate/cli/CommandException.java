package dev.tollgate.cli;

/** Ends a command with a message for the one who typed it. */
class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int exitCode;

  CommandException(String message) {
    this(message, ExitCode.ERROR);
  }

  CommandException(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  CommandException(String message, Throwable cause) {
    super(message, cause);
    this.exitCode = ExitCode.ERROR;
  }

  int exitCode() {
    return exitCode;
  }
}
