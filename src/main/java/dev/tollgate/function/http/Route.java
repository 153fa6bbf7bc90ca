package dev.tollgate.function.http;

import dev.tollgate.identity.Role;
import java.util.Set;

/**
 * One route of the API.
 *
 * @param pattern the path, such as {@code /admin/keys/{id}}; a parameter in braces stands for one
 *     segment, which may be empty
 * @param roles of which the caller needs one; empty if the route needs no key
 * @param summary a noun phrase for the documentation
 */
public record Route(
    String method, String pattern, Set<Role> roles, String summary, Handler handler) {
  /** Responds to an authorized request. */
  @FunctionalInterface
  public interface Handler {
    HttpResponse handle(RouteRequest request);
  }

  public Route {
    roles = Set.copyOf(roles);
  }

  public static Route get(String pattern, Set<Role> roles, String summary, Handler handler) {
    return new Route("GET", pattern, roles, summary, handler);
  }

  public static Route post(String pattern, Set<Role> roles, String summary, Handler handler) {
    return new Route("POST", pattern, roles, summary, handler);
  }

  public static Route put(String pattern, Set<Role> roles, String summary, Handler handler) {
    return new Route("PUT", pattern, roles, summary, handler);
  }

  public static Route delete(String pattern, Set<Role> roles, String summary, Handler handler) {
    return new Route("DELETE", pattern, roles, summary, handler);
  }

  /** The route for callers whose keys are not limited to some models or prompts. */
  public Route requireUnrestrictedKey() {
    return new Route(
        method,
        pattern,
        roles,
        summary,
        request -> {
          AccessControl.requireUnrestricted(request.caller());
          return handler.handle(request);
        });
  }
}
