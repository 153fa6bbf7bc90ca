package dev.tollgate.local.demo;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.LocalSettings;
import dev.tollgate.local.engine.FileTree;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A demonstration's own local cloud, on free ports, with an empty data folder that goes with it.
 * Models are always simulated, so that a demonstration costs nothing and says the same everywhere.
 */
final class DemoCloud implements AutoCloseable {
  /** Money stays exact on its way in and out. */
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  private final Path data;
  private final LocalCloud cloud;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private DemoCloud(Path data, LocalCloud cloud) {
    this.data = data;
    this.cloud = cloud;
  }

  /** What a route answered; the body is missing if there was none. */
  record ApiResponse(int status, JsonNode body, HttpHeaders headers) {
    String header(String name) {
      return headers.firstValue(name).orElse("");
    }
  }

  /** Starts everything; takes a few seconds. */
  static DemoCloud start() throws IOException, InterruptedException {
    Path clone = Path.of("").toAbsolutePath();
    Path data =
        Files.createTempDirectory(
            Files.createDirectories(clone.resolve("target/demo")), "local-cloud");
    return new DemoCloud(
        data, LocalCloud.start(LocalSettings.of(clone, data, Map.of("PORT", "0"))));
  }

  /** The cloud itself, for its keys and engines. */
  LocalCloud local() {
    return cloud;
  }

  /** The body of an answer to {@code GET}, which must be a good one. */
  JsonNode get(String path, String key) throws IOException, InterruptedException {
    return requireSuccess(path, send(HttpRequest.newBuilder().GET(), path, key));
  }

  /** The body of an answer to {@code POST}, which must be a good one. */
  JsonNode post(String path, String key, JsonNode body, String... headers)
      throws IOException, InterruptedException {
    return requireSuccess(path, send("POST", path, key, body.toString(), headers));
  }

  /**
   * Any answer to any request.
   *
   * @param headers names and values in turn
   */
  ApiResponse send(String method, String path, String key, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder().method(method, BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request, path, key);
  }

  private ApiResponse send(HttpRequest.Builder request, String path, String key)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            request.uri(cloud.url().resolve(path)).header("x-api-key", key).build(),
            BodyHandlers.ofString());
    JsonNode body =
        response.body().isBlank() ? MissingNode.getInstance() : JSON.readTree(response.body());
    return new ApiResponse(response.statusCode(), body, response.headers());
  }

  private static JsonNode requireSuccess(String path, ApiResponse answer) throws IOException {
    if (answer.status() >= 300) {
      throw new IOException(path + " answered " + answer.status() + ": " + answer.body());
    }
    return answer.body();
  }

  @Override
  public void close() throws IOException {
    client.close();
    cloud.close();
    FileTree.delete(data);
  }
}
