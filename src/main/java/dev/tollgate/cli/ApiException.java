package dev.tollgate.cli;

/** The API refused a request. */
final class ApiException extends CommandException {
  private static final long serialVersionUID = 1;
  private static final String GATE_CLOSED = "gate_closed";

  private final int status;

  ApiException(int status, String code, String message) {
    super(message, code.equals(GATE_CLOSED) ? ExitCode.GATE_CLOSED : ExitCode.ERROR);
    this.status = status;
  }

  boolean isNotFound() {
    return status == 404;
  }

  /** Whether what was sent can never be accepted. */
  boolean isInvalid() {
    return status == 400;
  }
}
