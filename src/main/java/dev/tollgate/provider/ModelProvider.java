package dev.tollgate.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Asks models. A call that was sent may have been billed whatever came back. */
public interface ModelProvider {
  /** Whose models it asks. */
  Provider provider();

  /** Asks and waits, at most for {@code patience}. */
  Reply invoke(ModelRequest request, Duration timeout);

  /** Reads an answer that was kept in the provider's own shape. */
  ModelResponse parseResponse(ObjectNode body);

  /** What came back. */
  sealed interface Reply {
    /** Too many requests, a fault, a proxy's, or more than the provider can do at the moment. */
    Set<Integer> TRANSIENT_STATUSES = Set.of(429, 500, 502, 503, 504, 529);

    /** No such model, and too many requests to it. */
    Set<Integer> MODEL_SPECIFIC_STATUSES = Set.of(404, 429);

    record Answered(ModelResponse response) implements Reply {}

    /** No answer came. */
    sealed interface Failure extends Reply {
      /** Whether the same question may well be answered a moment later. */
      default boolean isTransient() {
        return switch (this) {
          case ProviderError declined ->
              TRANSIENT_STATUSES.contains(declined.status()) && !declined.isAccountError();
          case Unreachable _ -> true;
          case Interrupted(var cause, _, _, _) -> cause.isTransient();
          case ResponseLost(var cause) -> cause.isTransient();
          case MalformedResponse _, TimedOut(), CircuitOpen _, Misconfigured _, NotAttempted() ->
              false;
        };
      }

      /** Whether the provider is down, or the way to it. One that began an answer is not. */
      default boolean isOutage() {
        return switch (this) {
          case ProviderError declined -> declined.status() >= 500;
          case Unreachable _, TimedOut() -> true;
          case ResponseLost(var cause) -> cause.isOutage();
          case Interrupted _, MalformedResponse _, CircuitOpen _, Misconfigured _, NotAttempted() ->
              false;
        };
      }

      /** Whether the request itself is at fault, so that no other model would answer it either. */
      default boolean isClientError() {
        return this instanceof NotAttempted
            || (this instanceof ProviderError declined
                && declined.status() < 500
                && !MODEL_SPECIFIC_STATUSES.contains(declined.status())
                && !declined.isAccountError());
      }

      /** Whether the provider bills the attempt all the same, or may. */
      default boolean isBillable() {
        return switch (this) {
          case Interrupted _, ResponseLost _ -> true;
          case ProviderError _,
              Unreachable _,
              MalformedResponse _,
              TimedOut(),
              CircuitOpen _,
              Misconfigured _,
              NotAttempted() ->
              false;
        };
      }
    }

    /**
     * The provider said no.
     *
     * @param status its HTTP status, 400 to 599
     * @param type its error type, such as {@code overloaded_error}
     * @param retryAfter how long to wait before a retry, if the provider says so
     * @param code the error code, which OpenAI's errors have
     * @param param the field that is wrong, if it says so
     */
    record ProviderError(
        int status,
        String type,
        String message,
        Optional<Duration> retryAfter,
        Optional<String> code,
        Optional<String> param)
        implements Failure {
      public ProviderError(int status, String type, String message, Optional<Duration> retryAfter) {
        this(status, type, message, retryAfter, Optional.empty(), Optional.empty());
      }

      /** OpenAI says so with a 429, which waiting does not help. */
      private static final String INSUFFICIENT_QUOTA = "insufficient_quota";

      /** Whether it speaks of Tollgate's own account with the provider. */
      public boolean isAccountError() {
        return status == 401 || status == 402 || status == 403 || type.equals(INSUFFICIENT_QUOTA);
      }
    }

    /** The connection was refused, or cut. */
    record Unreachable(String reason) implements Failure {}

    /** The response is not a valid answer. */
    record MalformedResponse(String reason) implements Failure {}

    record TimedOut() implements Failure {}

    /**
     * The request was sent, and nothing came back that says what it is billed, if it is: the time
     * was up, the connection broke, or what came cannot be read.
     */
    record ResponseLost(Failure cause) implements Failure {}

    /**
     * The circuit breaker is open, so the provider was not called.
     *
     * @param remaining time until the next try
     */
    record CircuitOpen(Duration remaining) implements Failure {}

    /**
     * The answer broke off when the provider had begun to bill it.
     *
     * @param model the model that was answering
     * @param usage what the provider had counted by then
     * @param estimated whether the provider did not say, so that we had to count
     */
    record Interrupted(Failure cause, String model, Usage usage, boolean estimated)
        implements Failure {}

    /** No budget allows another attempt. */
    record NotAttempted() implements Failure {}

    /** Tollgate lacks a setting that the call needs, such as a key. */
    record Misconfigured(String remedy) implements Failure {}
  }
}
