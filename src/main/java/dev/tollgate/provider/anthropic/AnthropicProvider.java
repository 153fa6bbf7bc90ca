package dev.tollgate.provider.anthropic;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.HttpReply;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Asks Anthropic's models. */
@Singleton
class AnthropicProvider implements ModelProvider {
  private static final String API_VERSION = "2023-06-01";

  private final AnthropicApi api;
  private final ObjectMapper json;
  private final Optional<String> key;

  AnthropicProvider(
      @RestClient AnthropicApi api,
      ObjectMapper json,
      @ConfigProperty(name = "tollgate.anthropic.api-key") Optional<String> key) {
    this.api = api;
    this.json = json;
    this.key = key;
  }

  @Override
  public Provider provider() {
    return Provider.ANTHROPIC;
  }

  @Override
  public Reply ask(ModelRequest request, Duration patience) {
    if (key.isEmpty()) {
      return new Reply.Misconfigured(
          "no Anthropic key is configured: set ANTHROPIC_API_KEY for the function invokeLlm");
    }
    return HttpReply.await(
        () ->
            api.messages(
                key.get(),
                request.apiVersion().orElse(API_VERSION),
                request.apiBeta().orElse(null),
                MessagesWire.writeRequest(request).toString()),
        patience,
        json,
        this::read);
  }

  @Override
  public ModelResponse read(ObjectNode body) {
    return MessagesWire.readResponse(body);
  }
}
