package dev.tollgate.provider.openai;

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

/** Asks OpenAI's models. */
@Singleton
class OpenAiProvider implements ModelProvider {
  private final OpenAiApi api;
  private final ObjectMapper json;
  private final Optional<String> key;

  OpenAiProvider(
      @RestClient OpenAiApi api,
      ObjectMapper json,
      @ConfigProperty(name = "tollgate.openai.api-key") Optional<String> key) {
    this.api = api;
    this.json = json;
    this.key = key;
  }

  @Override
  public Provider provider() {
    return Provider.OPENAI;
  }

  @Override
  public Reply ask(ModelRequest request, Duration patience) {
    if (key.isEmpty()) {
      return new Reply.Misconfigured(
          "no OpenAI key is configured: set OPENAI_API_KEY for the function invokeLlm");
    }
    return HttpReply.await(
        () -> api.complete("Bearer " + key.get(), ChatWire.writeRequest(request).toString()),
        patience,
        json,
        this::read);
  }

  @Override
  public ModelResponse read(ObjectNode body) {
    return ChatWire.readResponse(body);
  }
}
