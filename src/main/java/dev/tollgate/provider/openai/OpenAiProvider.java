package dev.tollgate.provider.openai;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.ProviderHttp;
import dev.tollgate.secret.Secrets;
import dev.tollgate.trace.TraceContext;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Calls OpenAI's models. */
@Singleton
class OpenAiProvider implements ModelProvider {
  private final OpenAiApi api;
  private final OpenAiStreamingClient streams;
  private final ObjectMapper json;
  private final Secrets secrets;
  private final Clock clock;

  OpenAiProvider(
      @RestClient OpenAiApi api,
      OpenAiStreamingClient streams,
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
  public Reply invoke(ModelRequest request, Duration timeout) {
    TraceContext trace = TraceContext.current();
    return ProviderHttp.callWithKey(
        secrets,
        Secrets.OPENAI_API_KEY,
        timeout,
        clock,
        (key, remaining) ->
            request.streamOptions().isPresent()
                ? streams.send("Bearer " + key, request, remaining)
                : ProviderHttp.send(
                    Provider.OPENAI,
                    () ->
                        api.complete(
                            "Bearer " + key,
                            trace.traceparent(),
                            trace.state().outgoingHeader().orElse(null),
                            ChatJson.writeRequest(request).toString()),
                    remaining,
                    clock,
                    json,
                    this::parseResponse));
  }

  @Override
  public ModelResponse parseResponse(ObjectNode body) {
    return ChatJson.parseResponse(body);
  }
}
