package dev.tollgate.function.invoke;

import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.QueryNumber;
import dev.tollgate.function.http.RefusedException;
import dev.tollgate.invocation.CacheDirectives;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What headers say of answers from the cache: {@code Cache-Control} as HTTP has it, and two of
 * Tollgate's own.
 */
final class ReuseHeaders {
  private static final String LIFETIME = "x-tollgate-cache-ttl";
  private static final String CONSENT = "x-tollgate-cacheable";
  private static final int LONGEST = 30 * 24 * 60 * 60;

  private ReuseHeaders() {}

  static CacheDirectives read(HttpRequest request) {
    Set<String> directives =
        Arrays.stream(request.header("cache-control").orElse("").split(",", -1))
            .map(directive -> directive.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    return new CacheDirectives(
        consent(request),
        directives.contains("no-cache"),
        directives.contains("no-store"),
        request
            .header(LIFETIME)
            .map(seconds -> QueryNumber.parse(LIFETIME, seconds.strip(), 1, LONGEST))
            .map(Duration::ofSeconds));
  }

  private static boolean consent(HttpRequest request) {
    Optional<String> said = request.header(CONSENT).map(value -> value.strip());
    return said.map(
            value ->
                switch (value) {
                  case "true" -> true;
                  case "false" -> false;
                  default ->
                      throw new RefusedException(
                          ApiError.invalid(
                              CONSENT, "The header " + CONSENT + " must be true or false."));
                })
        .orElse(false);
  }
}
