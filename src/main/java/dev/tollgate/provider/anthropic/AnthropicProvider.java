package dev.tollgate.provider.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.secret.Secrets;
import io.smallrye.mutiny.TimeoutException;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jboss.logging.Logger;

/** Asks Anthropic's models. */
@Singleton
class AnthropicProvider implements ModelProvider {
  private static final Logger LOG = Logger.getLogger(AnthropicProvider.class);
  private static final String API_VERSION = "2023-06-01";

  private final AnthropicApi api;
  private final ObjectMapper json;
  private final Secrets secrets;

  AnthropicProvider(@RestClient AnthropicApi api, ObjectMapper json, Secrets secrets) {
    this.api = api;
    this.json = json;
    this.secrets = secrets;
  }

  @Override
  public Reply ask(ModelRequest request, Duration patience) {
    try {
      Optional<String> key = secrets.find(Secrets.ANTHROPIC);
      if (key.isEmpty()) {
        return new Reply.Misconfigured(
            "no Anthropic key is configured: put %s into Tollgate's secret"
                .formatted(Secrets.ANTHROPIC));
      }
      Response response =
          api.messages(
                  key.get(),
                  request.apiVersion().orElse(API_VERSION),
                  request.apiBeta().orElse(null),
                  MessagesWire.writeRequest(request).toString())
              .await()
              .atMost(patience);
      return read(response);
    } catch (TimeoutException e) {
      return new Reply.TimedOut();
    } catch (RuntimeException e) {
      // Whatever the client throws, wrapped or not: a call that was tried must end in its record.
      LOG.warnf("no answer from the model provider: %s", e);
      return new Reply.Unreachable("the connection to the model provider failed");
    }
  }

  @Override
  public ModelResponse read(ObjectNode body) {
    return MessagesWire.readResponse(body);
  }

  private Reply read(Response response) {
    int status = response.getStatus();
    String text = response.readEntity(String.class);
    try {
      JsonNode body = json.readTree(text);
      if (status == 200 && body instanceof ObjectNode answer) {
        return new Reply.Answered(MessagesWire.readResponse(answer));
      }
      if (status == 401) {
        secrets.forget();
      }
      if (status >= 400) {
        JsonNode error = body.path("error");
        return new Reply.Declined(
            status,
            error.path("type").asText("api_error"),
            error.path("message").asText("the provider gave no message"),
            Optional.ofNullable(response.getHeaderString("retry-after")));
      }
    } catch (JsonProcessingException | IllegalArgumentException e) {
      if (status >= 400) {
        return new Reply.Declined(
            status, "api_error", "the provider gave no message", Optional.empty());
      }
    }
    return new Reply.Unreachable("the model provider's answer (HTTP " + status + ") made no sense");
  }
}
