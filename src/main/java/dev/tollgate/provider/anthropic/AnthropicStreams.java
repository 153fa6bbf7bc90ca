package dev.tollgate.provider.anthropic;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.AnswerStreams;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.StreamFormat;
import dev.tollgate.provider.StreamReading;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Asks Anthropic's models for answers in streams. */
@Singleton
class AnthropicStreams {
  private final AnswerStreams streams;

  AnthropicStreams(
      @ConfigProperty(name = "quarkus.rest-client.anthropic.url") String url,
      @ConfigProperty(name = "quarkus.rest-client.anthropic.connect-timeout") long connectMillis,
      Clock clock,
      ObjectMapper json) {
    streams =
        new AnswerStreams(
            url, "/v1/messages", Duration.ofMillis(connectMillis), clock, new Format(json), json);
  }

  Reply ask(String key, ModelRequest request, Duration patience) {
    Map<String, String> headers = new HashMap<>();
    headers.put("x-api-key", key);
    headers.put("anthropic-version", request.apiVersion().orElse(AnthropicProvider.API_VERSION));
    request.apiBeta().ifPresent(beta -> headers.put("anthropic-beta", beta));
    return streams.ask(request, headers, MessagesWire.writeRequest(request), patience);
  }

  private record Format(ObjectMapper json) implements StreamFormat {
    private static final Logger LOG = Logger.getLogger(AnthropicStreams.class);

    @Override
    public StreamReading read(String events) {
      return StreamedMessage.read(events, json);
    }

    @Override
    public ModelResponse response(ObjectNode answer) {
      return MessagesWire.readResponse(answer);
    }

    @Override
    public int status(String errorType) {
      return MessagesWire.status(errorType);
    }

    /** A message begins with its usage, which is brought up to date as it ends. */
    @Override
    public Reply.Failure bill(ModelRequest request, ObjectNode begun, Reply.Failure cause) {
      try {
        String model = begun.path("model").asText(request.model());
        return new Reply.BrokenOff(cause, model, MessagesUsage.read(begun), false);
      } catch (IllegalArgumentException e) {
        LOG.warnf("the model provider's answer is not understood: %s", e.getMessage());
        return new Reply.Unanswered(cause);
      }
    }
  }
}
