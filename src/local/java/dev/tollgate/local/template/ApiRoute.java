package dev.tollgate.local.template;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Locale;

/**
 * One route of the API.
 *
 * @param method the HTTP method in capitals, or {@code ANY}
 * @param path the resource, such as <code>/v1/{proxy+}</code>
 * @param timeout how long the gateway waits for the function
 */
public record ApiRoute(String method, String path, Duration timeout) {
  private static final int DEFAULT_TIMEOUT_MILLIS = 29_000;

  public ApiRoute {
    method = method.toUpperCase(Locale.ROOT);
    requireNonNull(timeout, "timeout");
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("A path starts with a slash: " + path);
    }
  }

  static ApiRoute read(Property event) {
    return new ApiRoute(
        event.get("Method").text(),
        event.get("Path").text(),
        Duration.ofMillis(
            event.find("TimeoutInMillis").map(Property::number).orElse(DEFAULT_TIMEOUT_MILLIS)));
  }
}
