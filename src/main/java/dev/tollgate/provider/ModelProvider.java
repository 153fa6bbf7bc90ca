package dev.tollgate.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;

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
    record Answered(ModelResponse response) implements Reply {}

    /** No answer came. */
    sealed interface Failure extends Reply {}

    /**
     * The provider said no.
     *
     * @param status its HTTP status, 400 to 599
     * @param type its error type, such as {@code overloaded_error}
     * @param retryAfter the header of that name, if it sent one
     */
    record Declined(int status, String type, String message, Optional<String> retryAfter)
        implements Failure {}

    /** No usable answer arrived: connection refused, cut, or not understood. */
    record Unreachable(String reason) implements Failure {}

    record TimedOut() implements Failure {}

    /**
     * The answer broke off when the provider had begun to bill it.
     *
     * @param model the model that was answering
     * @param usage what the provider had counted by then
     * @param estimated whether the provider did not say, so that we had to count
     */
    record BrokenOff(Failure cause, String model, Usage usage, boolean estimated)
        implements Failure {}

    /** Tollgate itself lacks what it needs to ask, such as a key. */
    record Misconfigured(String remedy) implements Failure {}
  }
}
