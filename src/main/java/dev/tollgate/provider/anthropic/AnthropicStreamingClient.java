package dev.tollgate.provider.anthropic;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.StreamFormat;
import dev.tollgate.provider.StreamParseResult;
import dev.tollgate.provider.StreamingClient;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Requests streamed responses from Anthropic's models. */
@Singleton
class AnthropicStreamingClient {
  private final StreamingClient client;

  AnthropicStreamingClient(
      @ConfigProperty(name = "quarkus.rest-client.anthropic.url") String url,
      @ConfigProperty(name = "quarkus.rest-client.anthropic.connect-timeout") long connectMillis,
      Clock clock,
      ObjectMapper json) {
    client =
        new StreamingClient(
            url, "/v1/messages", Duration.ofMillis(connectMillis), clock, new Format(json), json);
  }

  Reply send(String key, ModelRequest request, Duration timeout) {
    Map<String, String> headers = new HashMap<>();
    headers.put("x-api-key", key);
    headers.put("anthropic-version", request.apiVersion().orElse(AnthropicProvider.API_VERSION));
    request.apiBeta().ifPresent(beta -> headers.put("anthropic-beta", beta));
    return client.send(request, headers, MessagesJson.writeRequest(request), timeout);
  }

  private record Format(ObjectMapper json) implements StreamFormat {
    private static final Logger LOG = Logger.getLogger(AnthropicStreamingClient.class);

    @Override
    public StreamParseResult parse(String events) {
      return MessageAccumulator.parse(events, json);
    }

    @Override
    public ModelResponse parseResponse(ObjectNode answer) {
      return MessagesJson.parseResponse(answer);
    }

    @Override
    public int httpStatus(String errorType) {
      return MessagesJson.httpStatus(errorType);
    }

    /** A message starts with its usage; its last event updates it. */
    @Override
    public Reply.Failure toBillableFailure(
        ModelRequest request, ObjectNode partial, Reply.Failure cause) {
      try {
        String model = partial.path("model").asText(request.model());
        return new Reply.Interrupted(cause, model, MessagesUsageParser.parse(partial), false);
      } catch (IllegalArgumentException e) {
        LOG.warnf(
            "Failed to parse the response of %s: %s",
            request.provider().displayName(), e.getMessage());
        return new Reply.ResponseLost(cause);
      }
    }
  }
}
