package dev.tollgate.provider.openai;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.StreamFormat;
import dev.tollgate.provider.StreamParseResult;
import dev.tollgate.provider.StreamingClient;
import dev.tollgate.provider.TextLength;
import dev.tollgate.provider.Usage;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Requests streamed responses from OpenAI's models. */
@Singleton
class OpenAiStreamingClient {
  private final StreamingClient client;

  OpenAiStreamingClient(
      @ConfigProperty(name = "quarkus.rest-client.openai.url") String url,
      @ConfigProperty(name = "quarkus.rest-client.openai.connect-timeout") long connectMillis,
      Clock clock,
      ModelCatalogue models,
      ObjectMapper json) {
    client =
        new StreamingClient(
            url,
            "/v1/chat/completions",
            Duration.ofMillis(connectMillis),
            clock,
            new Format(models, json),
            json);
  }

  Reply send(String authorization, ModelRequest request, Duration timeout) {
    return client.send(
        request, Map.of("authorization", authorization), ChatJson.writeRequest(request), timeout);
  }

  private record Format(ModelCatalogue models, ObjectMapper json) implements StreamFormat {
    @Override
    public StreamParseResult parse(String events) {
      return CompletionAccumulator.parse(events, json);
    }

    @Override
    public ModelResponse parseResponse(ObjectNode answer) {
      return ChatJson.parseResponse(answer);
    }

    @Override
    public int httpStatus(String errorType) {
      return ChatJson.httpStatus(errorType);
    }

    /**
     * OpenAI reports the usage in the last chunk. If it is missing, this method estimates the
     * tokens from the characters of the request and the partial response, without images and
     * reasoning.
     */
    @Override
    public Reply.Failure toBillableFailure(
        ModelRequest request, ObjectNode partial, Reply.Failure cause) {
      String model = partial.path("model").asText(request.model());
      long read = models.estimateUsage(request.withModel(model)).input();
      long written =
          models.estimateTokens(model, TextLength.countCharacters(partial.path("choices")));
      return ChatJson.findUsage(partial)
          .map(usage -> new Reply.Interrupted(cause, model, usage, false))
          .orElseGet(
              () ->
                  new Reply.Interrupted(cause, model, new Usage(read, 0, 0, 0, written, 0), true));
    }
  }
}
