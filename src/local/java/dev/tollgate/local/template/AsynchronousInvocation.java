package dev.tollgate.local.template;

/**
 * What happens to asynchronous invocations that fail.
 *
 * @param recordsFailure whether the invocation is recorded once its retries are used up
 */
public record AsynchronousInvocation(int maximumRetries, boolean recordsFailure) {
  private static final int DEFAULT_RETRIES = 2;

  public AsynchronousInvocation {
    if (maximumRetries < 0 || maximumRetries > 2) {
      throw new IllegalArgumentException(
          "MaximumRetryAttempts must be 0, 1 or 2: " + maximumRetries);
    }
  }

  static AsynchronousInvocation read(Property function) {
    return new AsynchronousInvocation(
        function
            .find("EventInvokeConfig", "MaximumRetryAttempts")
            .map(Property::number)
            .orElse(DEFAULT_RETRIES),
        function.find("EventInvokeConfig", "DestinationConfig", "OnFailure").isPresent());
  }
}
