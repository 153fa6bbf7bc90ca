package dev.tollgate.local.gateway;

import dev.tollgate.local.template.ApiRoute;
import dev.tollgate.local.template.FunctionDefinition;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the route of a request as REST APIs do: the most specific resource that fits the path, and
 * of it the method. A resource without the method is a miss; no wider resource steps in.
 */
final class RouteTable {
  private final List<Resource> resources;

  RouteTable(List<FunctionDefinition> functions) {
    Map<String, Resource> byPath = new LinkedHashMap<>();
    for (FunctionDefinition function : functions) {
      for (ApiRoute route : function.routes()) {
        Target taken =
            byPath
                .computeIfAbsent(route.path(), Resource::new)
                .methods
                .put(route.method(), new Target(function, route));
        if (taken != null) {
          throw new IllegalArgumentException(
              "template.yaml: %s and %s both have %s %s"
                  .formatted(
                      taken.function().logicalId(),
                      function.logicalId(),
                      route.method(),
                      route.path()));
        }
      }
    }
    // Sorted by rank, the first resource that fits is the most specific one.
    this.resources =
        byPath.values().stream().sorted(Comparator.comparing(Resource::sortKey)).toList();
  }

  private record Target(FunctionDefinition function, ApiRoute route) {}

  /**
   * A route and what the request's path says for its parameters.
   *
   * @param pathParameters still percent-encoded, which REST APIs leave to the function
   */
  record Match(FunctionDefinition function, ApiRoute route, Map<String, String> pathParameters) {}

  /** Finds the route for a method and a path that may be percent-encoded. */
  Optional<Match> find(String method, String rawPath) {
    List<String> path = segments(rawPath);
    for (Resource resource : resources) {
      Optional<Map<String, String>> parameters = resource.match(path);
      if (parameters.isPresent()) {
        Target target = resource.methods.getOrDefault(method, resource.methods.get("ANY"));
        return Optional.ofNullable(target)
            .map(found -> new Match(found.function(), found.route(), parameters.get()));
      }
    }
    return Optional.empty();
  }

  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>(List.of(path.split("/", -1)));
    segments.removeFirst();
    if (!segments.isEmpty() && segments.getLast().isEmpty()) {
      segments.removeLast(); // A slash at the end changes nothing.
    }
    return segments;
  }

  private static final class Resource {
    private final List<String> pattern;
    private final Map<String, Target> methods = new LinkedHashMap<>();

    Resource(String path) {
      this.pattern = segments(path);
    }

    /** Returns text that sorts exact segments before parameters before greedy ones. */
    String sortKey() {
      StringBuilder rank = new StringBuilder();
      for (String segment : pattern) {
        rank.append(isGreedy(segment) ? '3' : isParameter(segment) ? '2' : '1');
      }
      return rank.toString();
    }

    Optional<Map<String, String>> match(List<String> path) {
      Map<String, String> parameters = new LinkedHashMap<>();
      for (int index = 0; index < pattern.size(); index++) {
        String expected = pattern.get(index);
        if (index >= path.size()) {
          return Optional.empty();
        }
        if (isGreedy(expected)) {
          String rest = String.join("/", path.subList(index, path.size()));
          parameters.put(expected.substring(1, expected.length() - 2), rest);
          return rest.isEmpty() ? Optional.empty() : Optional.of(parameters);
        }
        String actual = path.get(index);
        if (isParameter(expected)) {
          parameters.put(expected.substring(1, expected.length() - 1), actual);
        } else if (!expected.equals(decode(actual))) {
          return Optional.empty();
        }
      }
      return path.size() == pattern.size() ? Optional.of(parameters) : Optional.empty();
    }

    private static boolean isParameter(String segment) {
      return segment.startsWith("{") && segment.endsWith("}");
    }

    private static boolean isGreedy(String segment) {
      return segment.startsWith("{") && segment.endsWith("+}");
    }

    private static String decode(String segment) {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
  }
}
