package dev.tollgate.function;

/** Ends a request with an error that is the caller's to mend. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient ApiError error;

  RefusedException(ApiError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  ApiError error() {
    return error;
  }
}
