package dev.tollgate.cli.client;

/** The API returned an error. */
public final class ApiException extends CommandException {
  private static final long serialVersionUID = 1;
  private static final String GATE_CLOSED = "gate_closed";
  private static final String ROUTE_NOT_FOUND = "route_not_found";

  private final int status;
  private final String code;

  ApiException(int status, String code, String message) {
    super(
        code.equals(ROUTE_NOT_FOUND) ? message + " Check TOLLGATE_URL." : message,
        code.equals(GATE_CLOSED) ? ExitCode.GATE_CLOSED : ExitCode.ERROR);
    this.status = status;
    this.code = code;
  }

  /** Whether the resource does not exist. An unknown route only means that the URL is wrong. */
  public boolean isNotFound() {
    return status == 404 && !code.equals(ROUTE_NOT_FOUND);
  }

  /** Whether the request itself is invalid. */
  public boolean isInvalid() {
    return status == 400;
  }
}
