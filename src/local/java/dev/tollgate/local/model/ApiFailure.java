package dev.tollgate.local.model;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A request that ends in an HTTP error. Each wire renders it in its own provider's shape, so the
 * failure itself names only what both need.
 */
final class ApiFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Optional<String> code;
  private final transient OptionalInt retryAfterSeconds;

  private ApiFailure(
      int status, String message, Optional<String> code, OptionalInt retryAfterSeconds) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  static ApiFailure invalid(String message) {
    return of(400, message);
  }

  static ApiFailure of(int status, String message) {
    return new ApiFailure(status, message, Optional.empty(), OptionalInt.empty());
  }

  static ApiFailure coded(int status, String message, String code) {
    return new ApiFailure(status, message, Optional.of(code), OptionalInt.empty());
  }

  static ApiFailure rateLimited(int retryAfterSeconds) {
    return new ApiFailure(
        429,
        "Simulated rate limit: retry after " + retryAfterSeconds + " s",
        Optional.empty(),
        OptionalInt.of(retryAfterSeconds));
  }

  int status() {
    return status;
  }

  String message() {
    return String.valueOf(getMessage());
  }

  /** OpenAI's {@code error.code}, where it has one beyond what the status implies. */
  Optional<String> code() {
    return code;
  }

  OptionalInt retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
