package dev.tollgate.provider.openai;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.HttpReply;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import dev.tollgate.secret.Secrets;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Asks OpenAI's models. */
@Singleton
class OpenAiProvider implements ModelProvider {
  private final OpenAiApi api;
  private final ObjectMapper json;
  private final Secrets secrets;

  OpenAiProvider(@RestClient OpenAiApi api, ObjectMapper json, Secrets secrets) {
    this.api = api;
    this.json = json;
    this.secrets = secrets;
  }

  @Override
  public Provider provider() {
    return Provider.OPENAI;
  }

  @Override
  public Reply ask(ModelRequest request, Duration patience) {
    return HttpReply.withKey(
        secrets,
        Secrets.OPENAI,
        key ->
            HttpReply.await(
                () -> api.complete("Bearer " + key, ChatWire.writeRequest(request).toString()),
                patience,
                json,
                this::read));
  }

  @Override
  public ModelResponse read(ObjectNode body) {
    return ChatWire.readResponse(body);
  }
}
