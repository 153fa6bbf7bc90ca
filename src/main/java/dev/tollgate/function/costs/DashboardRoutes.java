package dev.tollgate.function.costs;

import dev.tollgate.dashboard.Asset;
import dev.tollgate.dashboard.Dashboard;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.HttpResponse;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/**
 * {@code /dashboard}: a page without data, which anyone may load. What it shows it asks of the API,
 * with the key of whoever looks at it.
 */
@Singleton
public class DashboardRoutes {
  /** Nothing from elsewhere is run, shown, or asked, and nobody may frame the page. */
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

  static boolean matches(HttpRequest request) {
    return request.method().equals("GET") && request.pathSegments().getFirst().equals("dashboard");
  }

  HttpResponse handle(HttpRequest request) {
    List<String> path = request.pathSegments().subList(1, request.pathSegments().size());
    if (path.equals(List.of(""))) {
      // The page's own addresses count from the path without the slash, whatever stage is before.
      return HttpResponse.empty(308).withHeader("location", "../dashboard");
    }
    Asset asset =
        dashboard
            .find(path)
            .orElseThrow(
                () -> new ApiException(ApiError.routeNotFound(request.method(), request.path())));
    String tag = "\"" + asset.etag() + "\"";
    // Whoever compresses the page on its way makes the tag a weak one.
    boolean known = request.header("if-none-match").filter(sent -> sent.contains(tag)).isPresent();
    HttpResponse answer =
        known ? HttpResponse.empty(304) : HttpResponse.text(asset.mediaType(), asset.text());
    return answer
        .withHeader(SECURITY_HEADERS)
        .withHeader("etag", tag)
        .withHeader(
            "cache-control",
            asset.immutable() ? "public, max-age=31536000, immutable" : "no-cache");
  }
}
