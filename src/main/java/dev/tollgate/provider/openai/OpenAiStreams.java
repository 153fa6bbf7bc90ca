package dev.tollgate.provider.openai;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.AnswerStreams;
import dev.tollgate.provider.ModelCatalogue;
import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.StreamFormat;
import dev.tollgate.provider.StreamReading;
import dev.tollgate.provider.Usage;
import dev.tollgate.provider.Wording;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Asks OpenAI's models for answers in streams. */
@Singleton
class OpenAiStreams {
  private final AnswerStreams streams;

  OpenAiStreams(
      @ConfigProperty(name = "quarkus.rest-client.openai.url") String url,
      @ConfigProperty(name = "quarkus.rest-client.openai.connect-timeout") long connectMillis,
      Clock clock,
      ModelCatalogue models,
      ObjectMapper json) {
    streams =
        new AnswerStreams(
            url,
            "/v1/chat/completions",
            Duration.ofMillis(connectMillis),
            clock,
            new Format(models, json),
            json);
  }

  Reply ask(String authorization, ModelRequest request, Duration patience) {
    return streams.ask(
        request, Map.of("authorization", authorization), ChatWire.writeRequest(request), patience);
  }

  private record Format(ModelCatalogue models, ObjectMapper json) implements StreamFormat {
    @Override
    public StreamReading read(String events) {
      return StreamedCompletion.read(events, json);
    }

    @Override
    public ModelResponse response(ObjectNode answer) {
      return ChatWire.readResponse(answer);
    }

    @Override
    public int status(String errorType) {
      return ChatWire.status(errorType);
    }

    /**
     * OpenAI says at the very end what it bills. Before that, the tokens are estimated from the
     * characters that went in and came out, without those of images and of reasoning.
     */
    @Override
    public Reply.Failure bill(ModelRequest request, ObjectNode begun, Reply.Failure cause) {
      String model = begun.path("model").asText(request.model());
      long read = models.estimate(request.to(model)).input();
      long written = models.tokens(model, Wording.characters(begun.path("choices")));
      return ChatWire.findUsage(begun)
          .map(told -> new Reply.BrokenOff(cause, model, told, false))
          .orElseGet(
              () -> new Reply.BrokenOff(cause, model, new Usage(read, 0, 0, 0, written, 0), true));
    }
  }
}
