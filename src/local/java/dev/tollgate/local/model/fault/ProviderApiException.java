package dev.tollgate.local.model.fault;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A request that ends in an HTTP error. Each wire renders it in its own provider's shape, so the
 * failure itself names only what both need.
 */
public final class ProviderApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Optional<String> code;
  private final transient OptionalInt retryAfterSeconds;

  private ProviderApiException(
      int status, String message, Optional<String> code, OptionalInt retryAfterSeconds) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  public static ProviderApiException invalid(String message) {
    return of(400, message);
  }

  public static ProviderApiException of(int status, String message) {
    return new ProviderApiException(status, message, Optional.empty(), OptionalInt.empty());
  }

  public static ProviderApiException withCode(int status, String message, String code) {
    return new ProviderApiException(status, message, Optional.of(code), OptionalInt.empty());
  }

  public static ProviderApiException rateLimited(int retryAfterSeconds) {
    return new ProviderApiException(
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
