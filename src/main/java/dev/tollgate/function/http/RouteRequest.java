package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.identity.Caller;
import dev.tollgate.prompt.PromptName;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request on its route.
 *
 * @param authenticated the caller; absent if the route needs no key
 * @param parameters of the path, by the names in the route's pattern
 */
public record RouteRequest(
    HttpRequest http,
    Optional<Caller> authenticated,
    Map<String, String> parameters,
    ObjectMapper json) {
  public RouteRequest {
    parameters = Map.copyOf(parameters);
  }

  /** The caller of a route that needs a key. */
  public Caller caller() {
    return authenticated.orElseThrow();
  }

  /** A parameter of the path. */
  public String parameter(String name) {
    return Optional.ofNullable(parameters.get(name)).orElseThrow();
  }

  /** A parameter of the query. */
  public Optional<String> query(String name) {
    return Optional.ofNullable(http.queryParameters().get(name));
  }

  public int limit() {
    return Pagination.limit(http);
  }

  public long before() {
    return Pagination.before(http);
  }

  /** The revision in {@code If-Match}. */
  public OptionalLong revision() {
    return IfMatchHeader.read(http);
  }

  /** The prompt in the path, if the caller's key is not limited to others. */
  public PromptName promptName() {
    PromptName name = PromptNames.parse("name", parameter("name"));
    AccessControl.requirePromptAllowed(caller(), name);
    return name;
  }

  /** The body, which must be a JSON object. */
  public ObjectNode body() {
    if (http.body().isBlank()) {
      throw new ApiException(ApiError.missing("body", "The body is empty. Send JSON."));
    }
    JsonNode body = JsonText.parse(json, "body", http.body());
    if (body instanceof ObjectNode object) {
      return object;
    }
    throw new ApiException(ApiError.invalid("body", "The body must be a JSON object."));
  }

  /** The body; an empty object if there is none. */
  public ObjectNode bodyOrEmpty() {
    return http.body().isBlank() ? json.createObjectNode() : body();
  }
}
