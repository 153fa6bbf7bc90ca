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
  Reply ask(ModelRequest request, Duration patience);

  /** Reads an answer that was kept in the provider's own shape. */
  ModelResponse read(ObjectNode body);

  /** What came back. */
  sealed interface Reply {
    /** Too many requests, a fault, a proxy's, or more than the provider can do at the moment. */
    Set<Integer> TRANSIENT = Set.of(429, 500, 502, 503, 504, 529);

    /** No such model, and too many requests to it. */
    Set<Integer> OF_THE_MODEL = Set.of(404, 429);

    record Answered(ModelResponse response) implements Reply {}

    /** No answer came. */
    sealed interface Failure extends Reply {
      /** Whether the same question may well be answered a moment later. */
      default boolean isTransient() {
        return switch (this) {
          case Declined declined ->
              TRANSIENT.contains(declined.status()) && !declined.concernsAccount();
          case Unreachable _ -> true;
          case BrokenOff(var cause, _, _, _) -> cause.isTransient();
          case Unanswered(var cause) -> cause.isTransient();
          case Unreadable _, TimedOut(), Suspended _, Misconfigured _, Withheld() -> false;
        };
      }

      /** Whether the provider is down, or the way to it. One that began an answer is not. */
      default boolean isOutage() {
        return switch (this) {
          case Declined declined -> declined.status() >= 500;
          case Unreachable _, TimedOut() -> true;
          case Unanswered(var cause) -> cause.isOutage();
          case BrokenOff _, Unreadable _, Suspended _, Misconfigured _, Withheld() -> false;
        };
      }

      /** Whether the request itself is at fault, so that no other model would answer it either. */
      default boolean isRequestsOwn() {
        return this instanceof Withheld
            || (this instanceof Declined declined
                && declined.status() < 500
                && !OF_THE_MODEL.contains(declined.status())
                && !declined.concernsAccount());
      }

      /** Whether the provider bills the attempt all the same, or may. */
      default boolean isBillable() {
        return switch (this) {
          case BrokenOff _, Unanswered _ -> true;
          case Declined _,
              Unreachable _,
              Unreadable _,
              TimedOut(),
              Suspended _,
              Misconfigured _,
              Withheld() ->
              false;
        };
      }
    }

    /**
     * The provider said no.
     *
     * @param status its HTTP status, 400 to 599
     * @param type its error type, such as {@code overloaded_error}
     * @param retryAfter for how long it asks to be left alone, if it does
     * @param code what is wrong, for programs: OpenAI's errors have one
     * @param param the field that is wrong, if it says so
     */
    record Declined(
        int status,
        String type,
        String message,
        Optional<Duration> retryAfter,
        Optional<String> code,
        Optional<String> param)
        implements Failure {
      public Declined(int status, String type, String message, Optional<Duration> retryAfter) {
        this(status, type, message, retryAfter, Optional.empty(), Optional.empty());
      }

      /** OpenAI says so with a 429, which waiting does not help. */
      private static final String UNPAID = "insufficient_quota";

      /** Whether it speaks of Tollgate's own account with the provider. */
      public boolean concernsAccount() {
        return status == 401 || status == 402 || status == 403 || type.equals(UNPAID);
      }
    }

    /** The connection was refused, or cut. */
    record Unreachable(String reason) implements Failure {}

    /** What arrived is no answer. */
    record Unreadable(String reason) implements Failure {}

    record TimedOut() implements Failure {}

    /**
     * The request was sent, and nothing came back that says what it is billed, if it is: the time
     * was up, the connection broke, or what came cannot be read.
     */
    record Unanswered(Failure cause) implements Failure {}

    /**
     * Nobody was asked, since the provider is down.
     *
     * @param remaining until it is tried again
     */
    record Suspended(Duration remaining) implements Failure {}

    /**
     * The answer broke off when the provider had begun to bill it.
     *
     * @param model the model that was answering
     * @param usage what the provider had counted by then
     * @param estimated whether the provider did not say, so that we had to count
     */
    record BrokenOff(Failure cause, String model, Usage usage, boolean estimated)
        implements Failure {}

    /** Nobody was asked, since nobody may pay for it. */
    record Withheld() implements Failure {}

    /** Tollgate itself lacks what it needs to ask, such as a key. */
    record Misconfigured(String remedy) implements Failure {}
  }
}
