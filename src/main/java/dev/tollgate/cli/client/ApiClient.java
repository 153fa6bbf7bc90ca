package dev.tollgate.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;

/** A client of Tollgate's HTTP API. It throws an {@link ApiException} for an error response. */
public final class ApiClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  // API Gateway gives up after 29 s.
  private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(60);
  private static final int PAGE_SIZE = 100;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private final BaseUrl baseUrl;
  private final String key;

  /**
   * @param baseUrl the URL of the API, with the path of its stage if it has one
   */
  ApiClient(String baseUrl, String key) {
    this.baseUrl = new BaseUrl("TOLLGATE_URL", baseUrl);
    this.key = key;
    if (key.chars().anyMatch(character -> character <= ' ' || character > '~')) {
      throw new CommandException("TOLLGATE_KEY contains invalid characters.");
    }
  }

  /** The path of these segments, which may contain any characters. */
  public static String path(String... segments) {
    StringBuilder path = new StringBuilder();
    for (String segment : segments) {
      path.append('/').append(encode(segment));
    }
    return path.toString();
  }

  /** Encodes a value for a path or a query. */
  public static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  public JsonNode get(String path) {
    return send(request(path).GET());
  }

  /** Reads all pages of a list into one response. */
  public ObjectNode getAll(String path, String list) {
    ObjectNode all = (ObjectNode) get(path + "?limit=" + PAGE_SIZE);
    ArrayNode items = all.withArray("/" + list);
    for (String cursor = nextCursor(all); !cursor.isEmpty(); cursor = nextCursor(all)) {
      JsonNode next = get(path + "?limit=" + PAGE_SIZE + "&cursor=" + encode(cursor));
      next.path(list).forEach(items::add);
      all.set("cursor", next.get("cursor"));
    }
    return all;
  }

  /**
   * A page of a table.
   *
   * @param cursor the cursor of the next page, empty on the last
   */
  public record CsvPage(String text, String cursor) {}

  public CsvPage getCsv(String path) {
    HttpResponse<String> response = exchange(request(path).header("accept", "text/csv").GET());
    if (!response.headers().firstValue("content-type").orElse("").startsWith("text/csv")) {
      parseBody(response.statusCode(), response.body());
      throw new CommandException(baseUrl + " did not return CSV. Check TOLLGATE_URL.");
    }
    return new CsvPage(
        response.body(), response.headers().firstValue("x-tollgate-cursor").orElse(""));
  }

  private static String nextCursor(JsonNode page) {
    return page.path("cursor").asText("");
  }

  public JsonNode post(String path, JsonNode body) {
    return post(path, body, OptionalLong.empty());
  }

  /**
   * @param revision the revision that the resource must still have
   */
  public JsonNode post(String path, JsonNode body, OptionalLong revision) {
    return send(withIfMatch(request(path), revision).POST(jsonBody(body)));
  }

  public JsonNode put(String path, JsonNode body, OptionalLong revision) {
    return send(withIfMatch(request(path), revision).PUT(jsonBody(body)));
  }

  public JsonNode putYaml(String path, byte[] yaml) {
    return send(yamlRequest(path).PUT(BodyPublishers.ofByteArray(yaml)));
  }

  public JsonNode postYaml(String path, byte[] yaml) {
    return send(yamlRequest(path).POST(BodyPublishers.ofByteArray(yaml)));
  }

  private HttpRequest.Builder yamlRequest(String path) {
    return request(path).setHeader("content-type", "application/yaml");
  }

  public JsonNode delete(String path, JsonNode body, OptionalLong revision) {
    return send(withIfMatch(request(path), revision).method("DELETE", jsonBody(body)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(baseUrl.resolve(path))
        .timeout(RESPONSE_TIMEOUT)
        .header("content-type", "application/json")
        .header("x-api-key", key);
  }

  private static HttpRequest.Builder withIfMatch(
      HttpRequest.Builder request, OptionalLong revision) {
    revision.ifPresent(value -> request.header("if-match", "\"" + value + "\""));
    return request;
  }

  private static BodyPublisher jsonBody(JsonNode body) {
    return BodyPublishers.ofString(body.toString());
  }

  private JsonNode send(HttpRequest.Builder request) {
    HttpResponse<String> response = exchange(request);
    return parseBody(response.statusCode(), response.body());
  }

  private HttpResponse<String> exchange(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw baseUrl.unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("Interrupted.", e);
    }
  }

  private JsonNode parseBody(int status, String text) {
    JsonNode body;
    try {
      body = Json.read(text.isBlank() ? "{}" : text);
    } catch (JsonProcessingException e) {
      throw new CommandException(
          "%s returned status %d without JSON. Check TOLLGATE_URL.".formatted(baseUrl, status), e);
    }
    if (status >= 300) {
      // API Gateway itself returns errors of another shape.
      JsonNode error = body.has("error") ? body.path("error") : body;
      throw new ApiException(
          status,
          error.path("code").asText(),
          error
              .path("message")
              .asText("%s returned status %d. Check TOLLGATE_URL.".formatted(baseUrl, status)));
    }
    if (!(body instanceof ObjectNode)) {
      throw new CommandException(baseUrl + " did not return a JSON object. Check TOLLGATE_URL.");
    }
    return body;
  }
}
