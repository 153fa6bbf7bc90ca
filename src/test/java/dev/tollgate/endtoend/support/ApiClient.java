package dev.tollgate.endtoend.support;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** A plain HTTP client of the API. */
public final class ApiClient {
  public static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final String EVENTS = "text/event-stream";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;
  private final Optional<String> key;

  public ApiClient(URI base, String key) {
    this(base, Optional.of(key));
  }

  public ApiClient(URI base, Optional<String> key) {
    this.base = base;
    this.key = key;
  }

  /** A response. The body of a stream is its text. */
  public record ApiResponse(int status, JsonNode body, HttpResponse<String> response) {
    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    /** Status, error type, code and invalid field, if present. */
    public String error() {
      JsonNode error = body.path("error");
      return status
          + " "
          + error.path("type").asText()
          + " "
          + error.path("code").asText()
          + " "
          + error.path("param").asText();
    }
  }

  public ApiResponse get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  public ApiResponse post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return send("POST", path, body, headers);
  }

  public ApiResponse send(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(path)
            .header("content-type", "application/json")
            .method(method, BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(60));
    key.ifPresent(value -> request.header("x-api-key", value));
    return request;
  }

  private ApiResponse send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    JsonNode body = JSON.createObjectNode();
    if (response.headers().firstValue("content-type").orElse("").startsWith(EVENTS)) {
      body = TextNode.valueOf(response.body());
    } else if (!response.body().isBlank()) {
      body = JSON.readTree(response.body());
    }
    return new ApiResponse(response.statusCode(), body, response);
  }
}
