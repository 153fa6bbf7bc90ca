package dev.tollgate.function.costs;

import dev.tollgate.dashboard.Asset;
import dev.tollgate.dashboard.Dashboard;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.function.http.Route;
import dev.tollgate.function.http.RouteRequest;
import dev.tollgate.identity.Role;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Routes for the dashboard, which is a page without data and needs no key. It loads its data from
 * the API with the key of the user.
 */
@Singleton
public class DashboardRoutes {
  private static final Set<Role> NO_KEY = Set.of();

  /** The page loads nothing from other origins, and no page can frame it. */
  private static final Map<String, String> SECURITY_HEADERS =
      Map.of(
          "content-security-policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
              + " img-src 'self' data:; base-uri 'none'; form-action 'none';"
              + " frame-ancestors 'none'",
          "cross-origin-opener-policy",
          "same-origin",
          "cross-origin-resource-policy",
          "same-origin");

  private final Dashboard dashboard;

  public DashboardRoutes(Dashboard dashboard) {
    this.dashboard = dashboard;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/dashboard", NO_KEY, "Dashboard page", it -> serve(it, List.of())),
        Route.get("/dashboard/{file}", NO_KEY, "Redirect to the dashboard page", this::redirect),
        Route.get(
            "/dashboard/{version}/{file}",
            NO_KEY,
            "Scripts and styles of the dashboard",
            it -> serve(it, List.of(it.parameter("version"), it.parameter("file")))));
  }

  private HttpResponse redirect(RouteRequest request) {
    String file = request.parameter("file");
    // The links of the page are relative to the path without the slash, whatever the stage is.
    return file.isEmpty()
        ? HttpResponse.empty(308).withHeader("location", "../dashboard")
        : serve(request, List.of(file));
  }

  private HttpResponse serve(RouteRequest request, List<String> path) {
    Asset asset =
        dashboard
            .find(path)
            .orElseThrow(
                () -> new ApiException(ApiError.routeNotFound(request.http(), "Check the path.")));
    String tag = "\"" + asset.etag() + "\"";
    // A proxy that compresses the page makes the tag a weak one.
    boolean unchanged =
        request.http().header("if-none-match").filter(sent -> sent.contains(tag)).isPresent();
    HttpResponse response =
        unchanged ? HttpResponse.empty(304) : HttpResponse.text(asset.mediaType(), asset.text());
    return response
        .withHeader(SECURITY_HEADERS)
        .withHeader("etag", tag)
        .withHeader(
            "cache-control",
            asset.immutable() ? "public, max-age=31536000, immutable" : "no-cache");
  }
}
