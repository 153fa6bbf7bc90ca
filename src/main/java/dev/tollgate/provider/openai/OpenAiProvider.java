package dev.tollgate.provider.openai;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.HttpReply;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import dev.tollgate.secret.Secrets;
import dev.tollgate.trace.TraceContext;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Asks OpenAI's models. */
@Singleton
class OpenAiProvider implements ModelProvider {
  private final OpenAiApi api;
  private final OpenAiStreams streams;
  private final ObjectMapper json;
  private final Secrets secrets;
  private final Clock clock;

  OpenAiProvider(
      @RestClient OpenAiApi api,
      OpenAiStreams streams,
      ObjectMapper json,
      Secrets secrets,
      Clock clock) {
    this.api = api;
    this.streams = streams;
    this.json = json;
    this.secrets = secrets;
    this.clock = clock;
  }

  @Override
  public Provider provider() {
    return Provider.OPENAI;
  }

  @Override
  public Reply ask(ModelRequest request, Duration patience) {
    TraceContext trace = TraceContext.current();
    return HttpReply.withKey(
        secrets,
        Secrets.OPENAI_API_KEY,
        patience,
        clock,
        (key, left) ->
            request.stream().isPresent()
                ? streams.ask("Bearer " + key, request, left)
                : HttpReply.await(
                    () ->
                        api.complete(
                            "Bearer " + key,
                            trace.traceparent(),
                            trace.state().outgoingHeader().orElse(null),
                            ChatWire.writeRequest(request).toString()),
                    left,
                    clock,
                    json,
                    this::read));
  }

  @Override
  public ModelResponse read(ObjectNode body) {
    return ChatWire.readResponse(body);
  }
}
