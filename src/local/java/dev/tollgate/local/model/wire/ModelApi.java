package dev.tollgate.local.model.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.model.answer.Conversation;
import dev.tollgate.local.model.answer.Reply;
import dev.tollgate.local.model.fault.ProviderApiException;
import dev.tollgate.local.model.wire.Exchange.ServerSentEvent;
import java.util.List;

/** One provider's API: its authentication, validation, and shapes of answers and errors. */
public interface ModelApi {
  /**
   * Returns the caller's key, which keeps prompt caches apart, or throws {@link
   * ProviderApiException}.
   */
  String authenticate(Exchange exchange);

  /**
   * Validates a request as the provider would. Throws {@link ProviderApiException} if it is not
   * valid.
   */
  AcceptedRequest accept(Exchange exchange, String key, JsonNode body);

  ErrorResponse errorResponse(ProviderApiException failure, String requestId);

  /** The name of the header that carries the request id. */
  String requestIdHeader();

  ObjectNode models();

  /** A valid request. */
  interface AcceptedRequest {
    Conversation conversation();

    boolean streams();

    /** Shapes {@code reply} and settles the prompt cache, so call it once, as the answer begins. */
    RenderedResponse render(Reply reply);
  }

  /** An answer in both forms; {@code errorEvent} can break off the streamed one. */
  record RenderedResponse(
      ObjectNode body, List<ServerSentEvent> events, ServerSentEvent errorEvent) {
    public RenderedResponse {
      events = List.copyOf(events);
    }

    /** Returns the beginning of the stream: some text, but nothing that ends the message. */
    public List<ServerSentEvent> firstHalf() {
      return events.subList(0, Math.max(1, events.size() / 2 - 1));
    }
  }

  record ErrorResponse(int status, ObjectNode body) {}
}
