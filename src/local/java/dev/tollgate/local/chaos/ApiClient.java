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
final class ApiClient implements AutoCloseable {
  /** Money stays exact on its way in and out. */
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  /** Longer than API Gateway waits. */
  static final Duration TIMEOUT = Duration.ofSeconds(40);

  private final URI base;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  ApiClient(URI base) {
    this.base = base;
  }

  /** What came back. */
  record ApiResponse(int status, String text, HttpHeaders headers) {
    boolean isSuccess() {
      return status / 100 == 2;
    }

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    /** Returns the body, or a missing node if it is not JSON. */
    JsonNode json() {
      try {
        return text.isBlank() ? MissingNode.getInstance() : JSON.readTree(text);
      } catch (JsonProcessingException e) {
        return MissingNode.getInstance();
      }
    }
  }

  ApiResponse get(String path, String key) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder().GET(), path, key, TIMEOUT);
  }

  ApiResponse put(String path, String key, JsonNode body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder().PUT(BodyPublishers.ofString(body.toString())), path, key, TIMEOUT);
  }

  /**
   * Posts JSON.
   *
   * @param headers names and values in turn
   */
  ApiResponse post(String path, String key, JsonNode body, Duration timeout, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder().POST(BodyPublishers.ofString(body.toString()));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request, path, key, timeout);
  }

  private ApiResponse send(HttpRequest.Builder request, String path, String key, Duration timeout)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            request
                .uri(base.resolve(path))
                .timeout(timeout)
                .header("content-type", "application/json")
                .header("x-api-key", key)
                .build(),
            BodyHandlers.ofString());
    return new ApiResponse(response.statusCode(), response.body(), response.headers());
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
