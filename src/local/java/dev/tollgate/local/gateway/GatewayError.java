package dev.tollgate.local.gateway;

/** The answers that API Gateway gives by itself, with their default status and message. */
enum GatewayError {
  MISSING_AUTHENTICATION_TOKEN(403, "Missing Authentication Token"),
  REQUEST_TOO_LARGE(413, "Request Too Long"),
  UNSUPPORTED_MEDIA_TYPE(415, "Unsupported Media Type"),
  INTEGRATION_TIMEOUT(504, "Endpoint request timed out"),
  INTEGRATION_FAILURE(504, "Internal server error"),
  DEFAULT_5XX(502, "Internal server error");

  private static final int SERVER_ERROR = 500;

  private final int status;
  private final String message;

  GatewayError(int status, String message) {
    this.status = status;
    this.message = message;
  }

  int status() {
    return status;
  }

  String message() {
    return message;
  }

  /** Returns the response type that stands in when the template words none for this one. */
  String family() {
    return status >= SERVER_ERROR ? "DEFAULT_5XX" : "DEFAULT_4XX";
  }
}
