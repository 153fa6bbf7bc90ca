package dev.tollgate.function.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.identity.Authenticator;
import dev.tollgate.identity.InMemoryKeyStore;
import dev.tollgate.identity.KeyRestrictions;
import dev.tollgate.identity.KeyService;
import dev.tollgate.identity.Role;
import dev.tollgate.identity.VirtualKey.Grant;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteTableTest {
  private static final Set<Role> ADMINS = Set.of(Role.ADMIN);
  private static final Set<Role> NO_KEY = Set.of();

  private final InMemoryKeyStore keys = new InMemoryKeyStore();
  private final KeyService keyService = new KeyService(keys, Clock.systemUTC());
  private final AccessControl access =
      new AccessControl(new Authenticator(keys, Clock.systemUTC(), Duration.ofMinutes(1)));
  private final RouteTable table =
      new RouteTable(
          List.of(
              Route.get("/keys/{id}", ADMINS, "Key", it -> text("key " + it.parameter("id"))),
              Route.get("/keys/events", ADMINS, "Audit log", _ -> text("events")),
              Route.post("/keys", ADMINS, "New key", it -> text(it.caller().team())),
              Route.get("/keys", ADMINS, "Keys", _ -> text("keys")).requireUnrestrictedKey(),
              Route.put(
                  "/budgets/{scope}/{id}",
                  NO_KEY,
                  "Budget",
                  it -> text(it.parameter("scope") + "/" + it.parameter("id"))),
              Route.get("/page", NO_KEY, "Page", _ -> text("page"))));

  @ParameterizedTest
  @CsvSource({
    "GET, /keys/key_1, key key_1",
    "GET, /keys/events, events",
    "GET, /keys/, 'key '",
    "GET, /keys/a%2Fb, key a%2Fb",
    "GET, /keys, keys",
    "POST, /keys, search",
    "PUT, /budgets/team/search, team/search",
    "GET, /page, page",
  })
  void findsMostSpecificRoute(String method, String path, String expected) {
    assertEquals(expected, handle(method, path, Optional.of(key(Role.ADMIN))).json().textValue());
  }

  @ParameterizedTest
  @CsvSource({"/", "/nowhere", "/keys/key_1/nowhere", "/budgets/team", "/page/", "/v1/keys"})
  void unknownPathIsNotFound(String path) {
    ApiError error =
        assertThrows(ApiException.class, () -> handle("GET", path, Optional.empty())).error();

    assertEquals(404, error.status());
    assertEquals("route_not_found", error.code());
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /keys, 'GET, POST'",
    "POST, /keys/events, GET",
    "HEAD, /page, GET",
    "OPTIONS, /page, GET",
  })
  void otherMethodIsNotAllowedBeforeAuthentication(String method, String path, String allowed) {
    HttpResponse response = handle(method, path, Optional.empty());

    assertEquals(405, response.status());
    assertEquals(allowed, response.headers().get("allow"));
    assertEquals("method_not_allowed", response.json().at("/error/code").textValue());
    assertEquals("error", response.json().path("type").textValue());
  }

  @Test
  void checksKeyAndRoleBeforeHandler() {
    assertEquals("key_missing", errorCode("/keys", Optional.empty()));
    assertEquals("key_invalid", errorCode("/keys", Optional.of("tg_unknown")));
    assertEquals("role_missing", errorCode("/keys", Optional.of(key(Role.AUTHOR))));
  }

  @Test
  void routeWithoutRolesNeedsNoKey() {
    assertEquals("page", handle("GET", "/page", Optional.empty()).json().textValue());
  }

  @Test
  void requiresUnrestrictedKey() {
    KeyRestrictions restrictions = new KeyRestrictions(Set.of(), Set.of("greeter"));
    Grant grant = new Grant(Optional.empty(), "search", ADMINS, restrictions, Optional.empty());
    Optional<String> key = Optional.of(keyService.create(grant, "test").secret().value());

    assertEquals("key_limited", errorCode("/keys", key));
    assertEquals("events", handle("GET", "/keys/events", key).json().textValue());
  }

  @Test
  void rejectsDuplicateRoute() {
    Route route = Route.get("/page", NO_KEY, "Page", _ -> text("page"));

    assertThrows(IllegalArgumentException.class, () -> new RouteTable(List.of(route, route)));
  }

  private String errorCode(String path, Optional<String> key) {
    return assertThrows(ApiException.class, () -> handle("GET", path, key)).error().code();
  }

  private String key(Role role) {
    return keyService.create(new Grant("search", Set.of(role)), "test").secret().value();
  }

  private HttpResponse handle(String method, String path, Optional<String> key) {
    Map<String, String> headers = key.map(it -> Map.of("x-api-key", it)).orElse(Map.of());
    HttpRequest request = new HttpRequest(method, path, headers, Map.of(), "", Optional.empty());
    return table.handle(request, access, new ObjectMapper());
  }

  private static HttpResponse text(String text) {
    return HttpResponse.of(200, TextNode.valueOf(text));
  }
}
