package dev.tollgate.provider.anthropic;

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

/** Asks Anthropic's models. */
@Singleton
class AnthropicProvider implements ModelProvider {
  static final String API_VERSION = "2023-06-01";

  private final AnthropicApi api;
  private final AnthropicStreams streams;
  private final ObjectMapper json;
  private final Secrets secrets;
  private final Clock clock;

  AnthropicProvider(
      @RestClient AnthropicApi api,
      AnthropicStreams streams,
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
  public Reply ask(ModelRequest request, Duration patience) {
    TraceContext trace = TraceContext.current();
    return HttpReply.withKey(
        secrets,
        Secrets.ANTHROPIC_API_KEY,
        patience,
        clock,
        (key, left) ->
            request.stream().isPresent()
                ? streams.ask(key, request, left)
                : HttpReply.await(
                    () ->
                        api.messages(
                            key,
                            request.apiVersion().orElse(API_VERSION),
                            request.apiBeta().orElse(null),
                            trace.traceparent(),
                            trace.state().outgoingHeader().orElse(null),
                            MessagesWire.writeRequest(request).toString()),
                    left,
                    clock,
                    json,
                    this::read));
  }

  @Override
  public ModelResponse read(ObjectNode body) {
    return MessagesWire.readResponse(body);
  }
}
