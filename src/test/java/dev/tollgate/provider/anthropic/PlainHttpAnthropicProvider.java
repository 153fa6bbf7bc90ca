package dev.tollgate.provider.anthropic;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelProvider;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.ProviderHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** Calls Anthropic's API without the REST client, which needs a running Quarkus. */
public final class PlainHttpAnthropicProvider implements ModelProvider {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI url;

  public PlainHttpAnthropicProvider(URI url) {
    this.url = url.resolve("/v1/messages");
  }

  @Override
  public Provider provider() {
    return Provider.ANTHROPIC;
  }

  @Override
  public Reply invoke(ModelRequest request, Duration timeout) {
    HttpRequest httpRequest =
        HttpRequest.newBuilder(url)
            .timeout(timeout)
            .header("x-api-key", "key")
            .header("anthropic-version", AnthropicProvider.API_VERSION)
            .POST(BodyPublishers.ofString(MessagesJson.writeRequest(request).toString()))
            .build();
    try {
      HttpResponse<String> response = client.send(httpRequest, BodyHandlers.ofString());
      return ProviderHttp.parse(
          Provider.ANTHROPIC,
          response.statusCode(),
          Optional.empty(),
          response.body(),
          JSON,
          this::parseResponse);
    } catch (IOException e) {
      return new Reply.Unreachable(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Reply.TimedOut();
    }
  }

  @Override
  public ModelResponse parseResponse(ObjectNode body) {
    return MessagesJson.parseResponse(body);
  }
}
