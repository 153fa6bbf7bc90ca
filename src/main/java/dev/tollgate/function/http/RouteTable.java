package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.identity.Caller;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The routes of a function. The most specific pattern that matches a path decides: a fixed segment
 * precedes a parameter. Paths are compared as API Gateway sends them, without decoding.
 *
 * <p>An unknown path is a 404, and a known path with another method is a 405 that lists the methods
 * in {@code Allow}. Both precede authentication, since the routes are public documentation. Then
 * the caller needs a key (401) with a role of the route (403). {@code HEAD} and {@code OPTIONS} are
 * methods like all others.
 */
public final class RouteTable {
  /** By pattern and method. In this order {@code events} precedes <code>{id}</code>. */
  private final Map<String, Map<String, Route>> routes = new TreeMap<>();

  private final String notFoundRemedy;

  public RouteTable(Collection<Route> routes) {
    this(routes, "Check the path.");
  }

  /**
   * @param notFoundRemedy what the caller of an unknown path should do
   */
  public RouteTable(Collection<Route> routes, String notFoundRemedy) {
    for (Route route : routes) {
      Map<String, Route> methods =
          this.routes.computeIfAbsent(route.pattern(), _ -> new TreeMap<>());
      if (methods.put(route.method(), route) != null) {
        throw new IllegalArgumentException(
            "two routes for " + route.method() + " " + route.pattern());
      }
    }
    this.notFoundRemedy = notFoundRemedy;
  }

  /** All routes, by pattern and method. */
  public List<Route> routes() {
    return routes.values().stream().flatMap(methods -> methods.values().stream()).toList();
  }

  HttpResponse handle(HttpRequest request, AccessControl access, ObjectMapper json) {
    List<String> path = request.pathSegments();
    for (Map.Entry<String, Map<String, Route>> entry : routes.entrySet()) {
      Optional<Map<String, String>> parameters = match(entry.getKey(), path);
      if (parameters.isPresent()) {
        Route route = entry.getValue().get(request.method());
        if (route == null) {
          String allowed = String.join(", ", entry.getValue().keySet());
          return HttpResponse.of(ApiError.methodNotAllowed(request, allowed))
              .withHeader("allow", allowed);
        }
        Optional<Caller> caller =
            route.roles().isEmpty()
                ? Optional.empty()
                : Optional.of(access.authorize(request, route.roles()));
        return route.handler().handle(new RouteRequest(request, caller, parameters.get(), json));
      }
    }
    throw new ApiException(ApiError.routeNotFound(request, notFoundRemedy));
  }

  private static Optional<Map<String, String>> match(String pattern, List<String> path) {
    List<String> segments = HttpRequest.segments(pattern);
    if (segments.size() != path.size()) {
      return Optional.empty();
    }
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < path.size(); i++) {
      String segment = segments.get(i);
      if (segment.startsWith("{")) {
        parameters.put(segment.substring(1, segment.length() - 1), path.get(i));
      } else if (!segment.equals(path.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }
}
