package dev.tollgate.local.model.fault;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A request that ends in an HTTP error. Each wire renders it in its own provider's shape, so the
 * failure itself names only what both need.
 */
public final class ApiFailure extends RuntimeException {
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

  public static ApiFailure invalid(String message) {
    return of(400, message);
  }

  public static ApiFailure of(int status, String message) {
    return new ApiFailure(status, message, Optional.empty(), OptionalInt.empty());
  }

  public static ApiFailure coded(int status, String message, String code) {
    return new ApiFailure(status, message, Optional.of(code), OptionalInt.empty());
  }

  public static ApiFailure rateLimited(int retryAfterSeconds) {
    return new ApiFailure(
        429,
        "Simulated rate limit: retry after " + retryAfterSeconds + " s",
        Optional.empty(),
        OptionalInt.of(retryAfterSeconds));
  }

  public int status() {
    return status;
  }

  public String message() {
    return String.valueOf(getMessage());
  }

  /** OpenAI's {@code error.code}, where it has one beyond what the status implies. */
  public Optional<String> code() {
    return code;
  }

  public OptionalInt retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
