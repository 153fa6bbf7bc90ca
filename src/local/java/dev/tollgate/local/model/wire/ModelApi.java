package dev.tollgate.local.model.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.model.answer.Conversation;
import dev.tollgate.local.model.answer.Reply;
import dev.tollgate.local.model.fault.ApiFailure;
import dev.tollgate.local.model.wire.Exchange.Event;
import java.util.List;

/** One provider's API: its authentication, validation, and shapes of answers and errors. */
public interface ModelApi {
  /** Returns the caller's key, which keeps prompt caches apart, or throws {@link ApiFailure}. */
  String authenticate(Exchange exchange);

  /** Validates a request as the provider would. Throws {@link ApiFailure} if it is not valid. */
  Accepted accept(Exchange exchange, String key, JsonNode body);

  Refused refuse(ApiFailure failure, String requestId);

  /** The name of the header that carries the request id. */
  String requestIdHeader();

  ObjectNode models();

  /** A valid request. */
  interface Accepted {
    Conversation conversation();

    boolean streams();

    /** Shapes {@code reply} and settles the prompt cache, so call it once, as the answer begins. */
    Answer answer(Reply reply);
  }

  /** An answer in both forms; {@code errorEvent} can break off the streamed one. */
  record Answer(ObjectNode whole, List<Event> events, Event errorEvent) {
    public Answer {
      events = List.copyOf(events);
    }

    /** Returns the beginning of the stream: some text, but nothing that ends the message. */
    public List<Event> beginning() {
      return events.subList(0, Math.max(1, events.size() / 2 - 1));
    }
  }

  record Refused(int status, ObjectNode body) {}
}
