package dev.tollgate.semantic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.secret.Secrets;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Asks an endpoint that speaks OpenAI's embeddings API. After a failure the question has no vector,
 * and the endpoint is not called for ten seconds, so that calls do not wait for it in turn.
 */
final class RemoteEmbedder implements Embedder {
  private static final Logger LOG = Logger.getLogger(RemoteEmbedder.class);
  private static final Duration COOLDOWN = Duration.ofSeconds(10);

  /**
   * The endpoint of an embeddings API.
   *
   * @param url the API's base URL, without {@code /v1}
   * @param dimensions the requested dimensions; those of the model if empty
   * @param timeout how long a call waits for a vector
   */
  record Endpoint(URI url, String model, OptionalInt dimensions, Duration timeout) {}

  /** The endpoint responded without a vector. */
  private static final class EndpointException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    EndpointException(int status) {
      this.status = status;
    }
  }

  private final Endpoint endpoint;
  private final Secrets secrets;
  private final ObjectMapper json;
  private final Clock clock;
  private volatile Instant retryAfter = Instant.MIN;

  RemoteEmbedder(Endpoint endpoint, Secrets secrets, ObjectMapper json, Clock clock) {
    this.endpoint = endpoint;
    this.secrets = secrets;
    this.json = json;
    this.clock = clock;
  }

  @Override
  public Optional<Embedding> embed(String question) {
    if (question.isBlank()
        || question.length() > Veto.MAX_CHARACTERS
        || clock.instant().isBefore(retryAfter)) {
      return Optional.empty();
    }
    // A new client: an open connection may have died while Lambda froze the function.
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(endpoint.timeout())
            .build();
    try {
      return Optional.of(
          parse(
              http.sendAsync(request(question), BodyHandlers.ofString())
                  .get(endpoint.timeout().toMillis(), TimeUnit.MILLISECONDS)));
    } catch (TimeoutException | ExecutionException | IOException | RuntimeException e) {
      // Without the message, which may quote the question or the key.
      LOG.warnf("Failed to get an embedding from %s: %s", endpoint.url(), reason(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      http.shutdownNow();
    }
    retryAfter = clock.instant().plus(COOLDOWN);
    return Optional.empty();
  }

  @Override
  public String model() {
    return endpoint.dimensions().isPresent()
        ? endpoint.model() + ":" + endpoint.dimensions().getAsInt()
        : endpoint.model();
  }

  private HttpRequest request(String question) {
    ObjectNode body =
        json.createObjectNode()
            .put("model", endpoint.model())
            .put("input", question)
            .put("encoding_format", "float");
    endpoint.dimensions().ifPresent(dimensions -> body.put("dimensions", dimensions));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoint.url() + "/v1/embeddings"))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()));
    // An endpoint in a private network may need no key.
    secrets
        .find(Secrets.EMBEDDINGS_API_KEY)
        .ifPresent(key -> request.header("authorization", "Bearer " + key.strip()));
    return request.build();
  }

  private static String reason(Exception failure) {
    return switch (failure) {
      case EndpointException refusal -> "HTTP " + refusal.status;
      case ExecutionException wrapper when wrapper.getCause() != null ->
          wrapper.getCause().getClass().getSimpleName();
      default -> failure.getClass().getSimpleName();
    };
  }

  private Embedding parse(HttpResponse<String> response) throws IOException {
    if (response.statusCode() == 401) {
      secrets.invalidate();
    }
    if (response.statusCode() != 200) {
      throw new EndpointException(response.statusCode());
    }
    JsonNode vector = json.readTree(response.body()).at("/data/0/embedding");
    float[] components = new float[vector.size()];
    for (int i = 0; i < components.length; i++) {
      if (!vector.get(i).isNumber()) {
        throw new IllegalArgumentException("an embedding must be numbers");
      }
      components[i] = vector.get(i).floatValue();
    }
    return Embedding.of(components);
  }
}
