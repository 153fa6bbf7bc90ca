package dev.tollgate.local.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.local.template.FunctionDefinition;
import dev.tollgate.local.template.SamTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RouteTableTest {
  private final Path folder;

  RouteTableTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void prefersExactToParameterToGreedy() throws IOException {
    RouteTable routes =
        routes(
            "ANY /v1/{proxy+}",
            "ANY /v1/prompts/{name}",
            "ANY /v1/prompts/all",
            "ANY /v1/{kind}/all/deep");

    assertEquals(Optional.of("/v1/prompts/all"), resource(routes, "GET", "/v1/prompts/all"));
    assertEquals(Optional.of("/v1/prompts/{name}"), resource(routes, "GET", "/v1/prompts/faq"));
    assertEquals(Optional.of("/v1/{proxy+}"), resource(routes, "GET", "/v1/prompts/faq/invoke"));
    assertEquals(
        Optional.of("/v1/{kind}/all/deep"), resource(routes, "GET", "/v1/prompts/all/deep"));
    assertEquals(Optional.of("/v1/{proxy+}"), resource(routes, "GET", "/v1/models"));
  }

  @Test
  void greedyParameterIsNotEmpty() throws IOException {
    RouteTable routes = routes("ANY /v1/{proxy+}");

    assertEquals(Optional.empty(), resource(routes, "GET", "/v1"));
    assertEquals(Optional.empty(), resource(routes, "GET", "/v1/"));
    assertEquals(
        Map.of("proxy", "a/b%20c"),
        routes.find("GET", "/v1/a/b%20c").orElseThrow().pathParameters());
  }

  @Test
  void exactMethodComesBeforeAny() throws IOException {
    RouteTable routes = routes("ANY /costs", "GET /costs");

    assertEquals("GET", routes.find("GET", "/costs").orElseThrow().route().method());
    assertEquals("ANY", routes.find("POST", "/costs").orElseThrow().route().method());
  }

  @Test
  void resourceWithoutTheMethodDoesNotMatch() throws IOException {
    RouteTable routes = routes("POST /v1/messages", "ANY /v1/{proxy+}");

    assertEquals(Optional.empty(), resource(routes, "GET", "/v1/messages"));
  }

  @Test
  void slashAtTheEndChangesNothing() throws IOException {
    RouteTable routes = routes("ANY /costs", "ANY /");

    assertEquals(Optional.of("/costs"), resource(routes, "GET", "/costs/"));
    assertEquals(Optional.of("/"), resource(routes, "GET", "/"));
  }

  @Test
  void rejectsADuplicateRoute() {
    assertThrows(IllegalArgumentException.class, () -> routes("GET /costs", "GET /costs"));
  }

  private static Optional<String> resource(RouteTable routes, String method, String path) {
    return routes.find(method, path).map(match -> match.route().path());
  }

  private RouteTable routes(String... routes) throws IOException {
    StringBuilder yaml =
        new StringBuilder(
            """
            Resources:
              Function:
                Type: AWS::Serverless::Function
                Properties:
                  Events:
            """);
    for (int index = 0; index < routes.length; index++) {
      String[] parts = routes[index].split(" ", 2);
      yaml.append(
          "        E%d: {Type: Api, Properties: {Method: %s, Path: \"%s\"}}%n"
              .formatted(index, parts[0], parts[1]));
    }
    Path file = Files.writeString(folder.resolve("template.yaml"), yaml);
    List<FunctionDefinition> functions = SamTemplate.read(file, Map.of()).functions();
    return new RouteTable(functions);
  }
}
