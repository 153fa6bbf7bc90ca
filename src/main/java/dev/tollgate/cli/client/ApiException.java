package dev.tollgate.cli.client;

/** The API refused a request. */
public final class ApiException extends CommandException {
  private static final long serialVersionUID = 1;
  private static final String GATE_CLOSED = "gate_closed";
  private static final String ROUTE_NOT_FOUND = "route_not_found";

  private final int status;
  private final String code;

  ApiException(int status, String code, String message) {
    super(
        code.equals(ROUTE_NOT_FOUND) ? message + " Is TOLLGATE_URL right?" : message,
        code.equals(GATE_CLOSED) ? ExitCode.GATE_CLOSED : ExitCode.ERROR);
    this.status = status;
    this.code = code;
  }

  /** Whether what was asked for is not there. An address that is wrong says nothing about that. */
  public boolean isNotFound() {
    return status == 404 && !code.equals(ROUTE_NOT_FOUND);
  }

  /** Whether what was sent can never be accepted. */
  public boolean isInvalid() {
    return status == 400;
  }
}
