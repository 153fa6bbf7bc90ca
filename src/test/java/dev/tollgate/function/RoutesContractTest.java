package dev.tollgate.function;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.function.http.Route;
import dev.tollgate.local.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares the route tables of the functions with template.yaml and docs/api.md. */
final class RoutesContractTest {
  private static final Pattern FUNCTION_OR_EVENT =
      Pattern.compile(
          "QUARKUS_FUNQY_EXPORT: (?<function>\\w+)|Path: (?<path>\\S+)\\s+Method: (?<method>\\S+)");

  private static final Pattern DOCUMENTED =
      Pattern.compile("`((?:GET|POST|PUT|DELETE) /[^?`]*)[^`]*`");

  /** An API event of a function in template.yaml. */
  private record Event(String function, String path, String method) {
    private boolean matches(Route route) {
      return (method.equals("ANY") || method.equals(route.method()))
          && (path.endsWith("{proxy+}")
              ? route.pattern().startsWith(path.replace("{proxy+}", ""))
              : path.equals(route.pattern()));
    }
  }

  /** API Gateway sends a request to the event with the most specific path. */
  @Test
  void templateLeadsEachRouteToItsFunction() throws IOException {
    List<Event> events = events();
    Set<Event> used = new HashSet<>();
    List<String> misrouted = new ArrayList<>();
    for (Routes.Tables tables : Routes.all()) {
      for (Route route : tables.routes().routes()) {
        List<Event> candidates =
            events.stream().filter(event -> event.path().equals(route.pattern())).toList();
        if (candidates.isEmpty()) {
          candidates = longest(events.stream().filter(event -> event.matches(route)).toList());
        }
        List<Event> reached =
            candidates.stream()
                .filter(event -> event.matches(route))
                .filter(event -> event.function().equals(tables.actions().function()))
                .toList();
        if (reached.isEmpty()) {
          misrouted.add(route.method() + " " + route.pattern() + " reaches " + candidates);
        }
        used.addAll(reached);
      }
    }
    assertEquals(List.of(), misrouted);
    assertEquals(Set.copyOf(events), used, "each path of template.yaml has a route");
  }

  private static List<Event> longest(List<Event> events) {
    int length = events.stream().mapToInt(event -> event.path().length()).max().orElse(0);
    return events.stream().filter(event -> event.path().length() == length).toList();
  }

  @Test
  void documentationListsEachRoute() throws IOException {
    Set<String> routes = new TreeSet<>();
    Routes.all()
        .forEach(
            tables ->
                tables
                    .routes()
                    .routes()
                    .forEach(route -> routes.add(route.method() + " " + route.pattern())));
    String section =
        Files.readString(Path.of("docs/api.md")).replaceAll("(?s)^.*\n## Routes\n", "");
    Set<String> documented =
        DOCUMENTED
            .matcher(section)
            .results()
            .map(match -> match.group(1).strip())
            .collect(toCollection(TreeSet::new));

    assertEquals(routes, documented);
  }

  private static List<Event> events() throws IOException {
    List<Event> events = new ArrayList<>();
    String function = "";
    String template = Files.readString(Path.of("template.yaml"));
    for (MatchResult match : FUNCTION_OR_EVENT.matcher(template).results().toList()) {
      if (match.group("function") != null) {
        function = match.group("function");
      } else {
        events.add(new Event(function, match.group("path"), match.group("method")));
      }
    }
    return events;
  }
}
