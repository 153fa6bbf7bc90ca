package dev.tollgate.provider.anthropic;

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

/** Calls Anthropic's models. */
@Singleton
class AnthropicProvider implements ModelProvider {
  static final String API_VERSION = "2023-06-01";

  private final AnthropicApi api;
  private final AnthropicStreamingClient streams;
  private final ObjectMapper json;
  private final Secrets secrets;
  private final Clock clock;

  AnthropicProvider(
      @RestClient AnthropicApi api,
      AnthropicStreamingClient streams,
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
    return Provider.ANTHROPIC;
  }

  @Override
  public Reply invoke(ModelRequest request, Duration timeout) {
    TraceContext trace = TraceContext.current();
    return ProviderHttp.callWithKey(
        secrets,
        Secrets.ANTHROPIC_API_KEY,
        timeout,
        clock,
        (key, remaining) ->
            request.streamOptions().isPresent()
                ? streams.send(key, request, remaining)
                : ProviderHttp.send(
                    Provider.ANTHROPIC,
                    () ->
                        api.messages(
                            key,
                            request.apiVersion().orElse(API_VERSION),
                            request.apiBeta().orElse(null),
                            trace.traceparent(),
                            trace.state().outgoingHeader().orElse(null),
                            MessagesJson.writeRequest(request).toString()),
                    remaining,
                    clock,
                    json,
                    this::parseResponse));
  }

  @Override
  public ModelResponse parseResponse(ObjectNode body) {
    return MessagesJson.parseResponse(body);
  }
}
