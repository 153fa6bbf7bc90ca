package dev.tollgate.local.template;

/**
 * What happens to asynchronous invocations that fail.
 *
 * @param recordsFailure whether the invocation is recorded once its retries are used up
 */
public record EventInvokeConfig(int maximumRetries, boolean recordsFailure) {
  private static final int DEFAULT_RETRIES = 2;

  public EventInvokeConfig {
    if (maximumRetries < 0 || maximumRetries > 2) {
      throw new IllegalArgumentException(
          "MaximumRetryAttempts must be 0, 1 or 2: " + maximumRetries);
    }
  }

  static EventInvokeConfig read(Property function) {
    return new EventInvokeConfig(
        function
            .find("EventInvokeConfig", "MaximumRetryAttempts")
            .map(Property::number)
            .orElse(DEFAULT_RETRIES),
        function.find("EventInvokeConfig", "DestinationConfig", "OnFailure").isPresent());
  }
}
