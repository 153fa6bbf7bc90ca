package dev.tollgate.local.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The API as anybody meets it who has a key. */
final class Api implements AutoCloseable {
  /** Money stays exact on its way in and out. */
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  /** Longer than API Gateway waits. */
  static final Duration PATIENT = Duration.ofSeconds(40);

  private final URI base;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Api(URI base) {
    this.base = base;
  }

  /** What came back. */
  record Answer(int status, String text, HttpHeaders headers) {
    boolean isGood() {
      return status / 100 == 2;
    }

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    /** The body, or a missing node if it is no JSON. */
    JsonNode json() {
      try {
        return text.isBlank() ? MissingNode.getInstance() : JSON.readTree(text);
      } catch (JsonProcessingException e) {
        return MissingNode.getInstance();
      }
    }
  }

  Answer get(String path, String key) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder().GET(), path, key, PATIENT);
  }

  Answer put(String path, String key, JsonNode body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder().PUT(BodyPublishers.ofString(body.toString())), path, key, PATIENT);
  }

  /**
   * Posts JSON.
   *
   * @param headers names and values in turn
   */
  Answer post(String path, String key, JsonNode body, Duration patience, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder().POST(BodyPublishers.ofString(body.toString()));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request, path, key, patience);
  }

  private Answer send(HttpRequest.Builder request, String path, String key, Duration patience)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            request
                .uri(base.resolve(path))
                .timeout(patience)
                .header("content-type", "application/json")
                .header("x-api-key", key)
                .build(),
            BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.body(), response.headers());
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
