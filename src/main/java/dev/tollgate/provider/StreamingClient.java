package dev.tollgate.provider;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.StreamTransport.Received;
import dev.tollgate.trace.TraceContext;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Asks a provider for answers in streams, and waits for all of each. */
public final class StreamingClient {
  private static final Logger LOG = Logger.getLogger(StreamingClient.class);

  private final StreamTransport api;
  private final StreamFormat format;
  private final ObjectMapper json;

  /**
   * @param baseUrl of the provider's API
   * @param path of the route that answers
   */
  public StreamingClient(
      String baseUrl,
      String path,
      Duration connectTimeout,
      Clock clock,
      StreamFormat format,
      ObjectMapper json) {
    this.api =
        new StreamTransport(
            URI.create(baseUrl.replaceFirst("/+$", "") + path), connectTimeout, clock);
    this.format = format;
    this.json = json;
  }

  /**
   * Asks and waits, at most for {@code patience}.
   *
   * @param body the request as the provider takes it
   */
  public Reply send(
      ModelRequest request, Map<String, String> headers, ObjectNode body, Duration timeout) {
    return switch (api.post(withTraceHeaders(headers), body.toString(), timeout)) {
      case Received.Complete(int status, _, String events) when status == 200 ->
          parse(request, events, new Reply.Unreachable("the answer ended before it was whole"));
      case Received.Complete(int status, var retryAfter, String error) ->
          ProviderHttp.parse(status, retryAfter, error, json, format::parseResponse);
      case Received.NotConnected() -> ProviderHttp.UNREACHABLE;
      case Received.Truncated(String events) -> parse(request, events, ProviderHttp.UNREACHABLE);
      case Received.TimedOut(String events) -> parse(request, events, new Reply.TimedOut());
    };
  }

  private static Map<String, String> withTraceHeaders(Map<String, String> headers) {
    TraceContext trace = TraceContext.current();
    Map<String, String> all = new HashMap<>(headers);
    all.put("traceparent", trace.traceparent());
    trace.state().outgoingHeader().ifPresent(state -> all.put("tracestate", state));
    return all;
  }

  /**
   * Reads the events of an answer.
   *
   * @param end why there are no more of them, should the answer not be whole
   */
  private Reply parse(ModelRequest request, String events, Reply.Failure end) {
    return switch (format.parse(events)) {
      case StreamParseResult.Complete(ObjectNode answer) -> parseComplete(request, answer);
      case StreamParseResult.Failed(String type, String message, var begun) -> {
        Reply.Failure declined =
            new Reply.ProviderError(format.httpStatus(type), type, message, Optional.empty());
        yield begun
            .map(answer -> format.toBillableFailure(request, answer, declined))
            .orElse(declined);
      }
      case StreamParseResult.Truncated(var begun) ->
          begun
              .map(answer -> format.toBillableFailure(request, answer, end))
              .orElseGet(() -> new Reply.ResponseLost(end));
    };
  }

  private Reply parseComplete(ModelRequest request, ObjectNode answer) {
    try {
      return new Reply.Answered(format.parseResponse(answer));
    } catch (IllegalArgumentException e) {
      LOG.warnf("Failed to parse the model provider's response: %s", e.getMessage());
      return format.toBillableFailure(
          request,
          answer,
          new Reply.MalformedResponse("failed to parse the model provider's response"));
    }
  }
}
