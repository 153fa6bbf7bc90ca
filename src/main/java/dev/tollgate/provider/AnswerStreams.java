package dev.tollgate.provider;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.StreamApi.Received;
import dev.tollgate.trace.TraceContext;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Asks a provider for answers in streams, and waits for all of each. */
public final class AnswerStreams {
  private static final Logger LOG = Logger.getLogger(AnswerStreams.class);

  private final StreamApi api;
  private final StreamFormat format;
  private final ObjectMapper json;

  /**
   * @param baseUrl of the provider's API
   * @param path of the route that answers
   */
  public AnswerStreams(
      String baseUrl,
      String path,
      Duration connectTimeout,
      Clock clock,
      StreamFormat format,
      ObjectMapper json) {
    this.api =
        new StreamApi(URI.create(baseUrl.replaceFirst("/+$", "") + path), connectTimeout, clock);
    this.format = format;
    this.json = json;
  }

  /**
   * Asks and waits, at most for {@code patience}.
   *
   * @param body the request as the provider takes it
   */
  public Reply ask(
      ModelRequest request, Map<String, String> headers, ObjectNode body, Duration patience) {
    return switch (api.post(traced(headers), body.toString(), patience)) {
      case Received.Whole(int status, _, String events) when status == 200 ->
          read(request, events, new Reply.Unreachable("the answer ended before it was whole"));
      case Received.Whole(int status, var retryAfter, String error) ->
          HttpReply.read(status, retryAfter, error, json, format::response);
      case Received.Nothing() -> HttpReply.UNREACHABLE;
      case Received.Cut(String events) -> read(request, events, HttpReply.UNREACHABLE);
      case Received.Late(String events) -> read(request, events, new Reply.TimedOut());
    };
  }

  private static Map<String, String> traced(Map<String, String> headers) {
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
  private Reply read(ModelRequest request, String events, Reply.Failure end) {
    return switch (format.read(events)) {
      case StreamReading.Complete(ObjectNode answer) -> whole(request, answer);
      case StreamReading.Failed(String type, String message, var begun) -> {
        Reply.Failure declined =
            new Reply.Declined(format.status(type), type, message, Optional.empty());
        yield begun.map(answer -> format.bill(request, answer, declined)).orElse(declined);
      }
      case StreamReading.Cut(var begun) ->
          begun
              .map(answer -> format.bill(request, answer, end))
              .orElseGet(() -> new Reply.Unanswered(end));
    };
  }

  private Reply whole(ModelRequest request, ObjectNode answer) {
    try {
      return new Reply.Answered(format.response(answer));
    } catch (IllegalArgumentException e) {
      LOG.warnf("the model provider's answer is not understood: %s", e.getMessage());
      return format.bill(
          request, answer, new Reply.Unreadable("the model provider's answer made no sense"));
    }
  }
}
