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

/** Requests streamed responses from a provider and waits until each is complete. */
public final class StreamingClient {
  private static final Logger LOG = Logger.getLogger(StreamingClient.class);

  private final StreamTransport api;
  private final StreamFormat format;
  private final ObjectMapper json;

  /**
   * @param baseUrl of the provider's API
   * @param path of the route
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
   * Sends a request and waits for the reply until {@code timeout}.
   *
   * @param body the request in the provider's format
   */
  public Reply send(
      ModelRequest request, Map<String, String> headers, ObjectNode body, Duration timeout) {
    return switch (api.post(withTraceHeaders(headers), body.toString(), timeout)) {
      case Received.Complete(int status, _, String events) when status == 200 ->
          parse(
              request, events, new Reply.Unreachable("the response ended before it was complete"));
      case Received.Complete(int status, var retryAfter, String error) ->
          ProviderHttp.parse(
              request.provider(), status, retryAfter, error, json, format::parseResponse);
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
   * Parses the events of a response.
   *
   * @param end the reason why the stream ended, for a response that is not complete
   */
  private Reply parse(ModelRequest request, String events, Reply.Failure end) {
    return switch (format.parse(events)) {
      case StreamParseResult.Complete(ObjectNode answer) -> parseComplete(request, answer);
      case StreamParseResult.Failed(String type, String message, var partial) -> {
        Reply.Failure error =
            new Reply.ProviderError(format.httpStatus(type), type, message, Optional.empty());
        yield partial.map(answer -> format.toBillableFailure(request, answer, error)).orElse(error);
      }
      case StreamParseResult.Truncated(var partial) ->
          partial
              .map(answer -> format.toBillableFailure(request, answer, end))
              .orElseGet(() -> new Reply.ResponseLost(end));
    };
  }

  private Reply parseComplete(ModelRequest request, ObjectNode answer) {
    try {
      return new Reply.Answered(format.parseResponse(answer));
    } catch (IllegalArgumentException e) {
      String provider = request.provider().displayName();
      LOG.warnf("Failed to parse the response of %s: %s", provider, e.getMessage());
      return format.toBillableFailure(
          request,
          answer,
          new Reply.MalformedResponse("failed to parse the response of " + provider));
    }
  }
}
