package dev.tollgate.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Calls models. The provider may bill every request that was sent, whatever its response. */
public interface ModelProvider {
  /** Returns the provider that it calls. */
  Provider provider();

  /** Calls the model and waits for the reply until {@code timeout}. */
  Reply invoke(ModelRequest request, Duration timeout);

  /** Parses a stored response in the provider's format. */
  ModelResponse parseResponse(ObjectNode body);

  /** The outcome of one call. */
  sealed interface Reply {
    /** Rate limits, server and proxy errors, and overload. */
    Set<Integer> TRANSIENT_STATUSES = Set.of(429, 500, 502, 503, 504, 529);

    /** An unknown model, and the rate limit of a model. */
    Set<Integer> MODEL_SPECIFIC_STATUSES = Set.of(404, 429);

    record Answered(ModelResponse response) implements Reply {}

    /** A call without a usable response. */
    sealed interface Failure extends Reply {
      /** Returns whether a retry is likely to succeed. */
      default boolean isTransient() {
        return switch (this) {
          case ProviderError error ->
              TRANSIENT_STATUSES.contains(error.status()) && !error.isAccountError();
          case Unreachable _ -> true;
          case Interrupted(var cause, _, _, _) -> cause.isTransient();
          case ResponseLost(var cause) -> cause.isTransient();
          case MalformedResponse _, TimedOut(), CircuitOpen _, Misconfigured _, NotAttempted() ->
              false;
        };
      }

      /** Returns whether the provider or its network is down. A started response means it is up. */
      default boolean isOutage() {
        return switch (this) {
          case ProviderError error -> error.status() >= 500;
          case Unreachable _, TimedOut() -> true;
          case ResponseLost(var cause) -> cause.isOutage();
          case Interrupted _, MalformedResponse _, CircuitOpen _, Misconfigured _, NotAttempted() ->
              false;
        };
      }

      /**
       * Returns whether the request itself is invalid, so that every other model rejects it too.
       */
      default boolean isClientError() {
        return this instanceof NotAttempted
            || (this instanceof ProviderError error
                && error.status() < 500
                && !MODEL_SPECIFIC_STATUSES.contains(error.status())
                && !error.isAccountError());
      }

      /** Returns whether the provider bills the attempt, or may bill it. */
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
     * The provider returned an error.
     *
     * @param status its HTTP status, 400 to 599
     * @param type its error type, such as {@code overloaded_error}
     * @param retryAfter the delay before the next request, if the provider states one
     * @param code the machine-readable cause, which OpenAI's errors have
     * @param param the invalid field, if the provider names it
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

      /** OpenAI sends it with a 429, but no retry can succeed. */
      private static final String INSUFFICIENT_QUOTA = "insufficient_quota";

      /** Returns whether it concerns Tollgate's own account with the provider. */
      public boolean isAccountError() {
        return status == 401 || status == 402 || status == 403 || type.equals(INSUFFICIENT_QUOTA);
      }
    }

    /** The connection was refused or broke. */
    record Unreachable(String reason) implements Failure {}

    /** The response cannot be parsed. */
    record MalformedResponse(String reason) implements Failure {}

    record TimedOut() implements Failure {}

    /**
     * The request was sent, but no response states its usage. The call timed out, the connection
     * broke, or the response cannot be parsed.
     */
    record ResponseLost(Failure cause) implements Failure {}

    /**
     * The provider was not called because its circuit breaker is open.
     *
     * @param remaining until the next trial call
     */
    record CircuitOpen(Duration remaining) implements Failure {}

    /**
     * The response broke off after the provider had begun to bill it.
     *
     * @param model the model that responded
     * @param usage the usage up to the break
     * @param estimated whether Tollgate estimated the usage because the provider did not report it
     */
    record Interrupted(Failure cause, String model, Usage usage, boolean estimated)
        implements Failure {}

    /** The provider was not called because no budget covers the attempt. */
    record NotAttempted() implements Failure {}

    /** Tollgate's own configuration is incomplete; a key may be missing. */
    record Misconfigured(String remedy) implements Failure {}
  }
}
