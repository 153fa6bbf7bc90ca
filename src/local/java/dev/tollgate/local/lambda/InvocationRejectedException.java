package dev.tollgate.local.lambda;

/** Lambda refuses to invoke at all, for a reason that lies with the caller. */
public final class InvocationRejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;

  private InvocationRejectedException(int status, String type, String message) {
    super(message);
    this.status = status;
    this.type = type;
  }

  static InvocationRejectedException functionNotFound(String arn) {
    return new InvocationRejectedException(
        404, "ResourceNotFoundException", "Function not found: " + arn);
  }

  static InvocationRejectedException tooLarge(int bytes, String kind, int limit) {
    return new InvocationRejectedException(
        413,
        "RequestTooLargeException",
        "%d byte payload is too large for the %s invocation type (limit %d bytes)"
            .formatted(bytes, kind, limit));
  }

  static InvocationRejectedException invalidJson(String problem) {
    return new InvocationRejectedException(
        400,
        "InvalidRequestContentException",
        "Could not parse request body into json: " + problem);
  }

  static InvocationRejectedException invalidParameter(String problem) {
    return new InvocationRejectedException(400, "InvalidParameterValueException", problem);
  }

  int status() {
    return status;
  }

  /** Returns the AWS name of the error. */
  public String type() {
    return type;
  }
}
