package dev.tollgate.provider.anthropic;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.HttpReply;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.anthropic.StreamApi.Received;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Asks Anthropic's models for answers in streams, and waits for all of each. */
@Singleton
class AnthropicStreams {
  private static final Logger LOG = Logger.getLogger(AnthropicStreams.class);

  private final StreamApi api;
  private final ObjectMapper json;

  AnthropicStreams(StreamApi api, ObjectMapper json) {
    this.api = api;
    this.json = json;
  }

  Reply ask(String key, ModelRequest request, Duration patience) {
    Map<String, String> headers = new HashMap<>();
    headers.put("x-api-key", key);
    headers.put("anthropic-version", request.apiVersion().orElse(AnthropicProvider.API_VERSION));
    request.apiBeta().ifPresent(beta -> headers.put("anthropic-beta", beta));
    String body = MessagesWire.writeRequest(request).toString();
    return switch (api.messages(headers, body, patience)) {
      case Received.Whole(int status, _, String events) when status == 200 ->
          read(events, new Reply.Unreachable("the answer ended before it was whole"));
      case Received.Whole(int status, var retryAfter, String error) ->
          HttpReply.read(status, retryAfter, error, json, MessagesWire::readResponse);
      case Received.Cut(String events) ->
          read(events, new Reply.Unreachable("the connection to the model provider failed"));
      case Received.Late(String events) -> read(events, new Reply.TimedOut());
    };
  }

  /**
   * Reads the events of an answer.
   *
   * @param end why there are no more of them, should the answer not be whole
   */
  private Reply read(String events, Reply.Failure end) {
    return switch (StreamedMessage.read(events, json)) {
      case StreamedMessage.Reading.Complete(ObjectNode message) ->
          response(message)
              .<Reply>map(Reply.Answered::new)
              .orElseGet(() -> new Reply.Unreadable("the model provider's answer made no sense"));
      case StreamedMessage.Reading.Failed(String type, String message, var begun) ->
          brokenOff(
              begun,
              new Reply.Declined(MessagesWire.status(type), type, message, Optional.empty()));
      case StreamedMessage.Reading.Cut(var begun) -> brokenOff(begun, end);
    };
  }

  /** The failure, and what has to be paid for it. */
  private static Reply.Failure brokenOff(Optional<ObjectNode> begun, Reply.Failure cause) {
    return begun
        .flatMap(AnthropicStreams::response)
        .<Reply.Failure>map(it -> new Reply.BrokenOff(cause, it.model(), it.usage()))
        .orElse(cause);
  }

  private static Optional<ModelResponse> response(ObjectNode message) {
    try {
      return Optional.of(MessagesWire.readResponse(message));
    } catch (IllegalArgumentException e) {
      LOG.warnf("the model provider's answer is not understood: %s", e.getMessage());
      return Optional.empty();
    }
  }
}
