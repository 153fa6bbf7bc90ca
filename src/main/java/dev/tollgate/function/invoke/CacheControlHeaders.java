package dev.tollgate.function.invoke;

import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.IntegerParameter;
import dev.tollgate.invocation.CacheDirectives;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the headers of the response cache: {@code Cache-Control} and two of Tollgate. */
final class CacheControlHeaders {
  private static final String TTL_HEADER = "x-tollgate-cache-ttl";
  private static final String CACHEABLE_HEADER = "x-tollgate-cacheable";
  private static final int MAX_TTL_SECONDS = 30 * 24 * 60 * 60;

  private CacheControlHeaders() {}

  static CacheDirectives read(HttpRequest request) {
    Set<String> directives =
        Arrays.stream(request.header("cache-control").orElse("").split(",", -1))
            .map(directive -> directive.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    return new CacheDirectives(
        readCacheable(request),
        directives.contains("no-cache"),
        directives.contains("no-store"),
        request
            .header(TTL_HEADER)
            .map(seconds -> IntegerParameter.parse(TTL_HEADER, seconds.strip(), 1, MAX_TTL_SECONDS))
            .map(Duration::ofSeconds));
  }

  private static boolean readCacheable(HttpRequest request) {
    Optional<String> sent = request.header(CACHEABLE_HEADER).map(value -> value.strip());
    return sent.map(
            value ->
                switch (value) {
                  case "true" -> true;
                  case "false" -> false;
                  default ->
                      throw new ApiException(
                          ApiError.invalid(
                              CACHEABLE_HEADER,
                              "The header " + CACHEABLE_HEADER + " must be true or false."));
                })
        .orElse(false);
  }
}
