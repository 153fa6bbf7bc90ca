package dev.tollgate.function.invoke;

import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.HttpResponse;

/**
 * {@code x-tollgate-prompt-caching: off} omits the cache breakpoints of a managed prompt from one
 * call. {@code prompt_caching: off} omits them from all calls.
 */
final class PromptCachingHeader {
  private static final String NAME = "x-tollgate-prompt-caching";
  private static final String OFF = "off";

  private PromptCachingHeader() {}

  /** Whether the call has cache breakpoints. */
  static boolean read(HttpRequest request) {
    return switch (request.header(NAME).orElse("on").strip()) {
      case "on" -> true;
      case OFF -> false;
      default ->
          throw new ApiException(
              ApiError.invalid(NAME, "The header " + NAME + " must be on or off."));
    };
  }

  /** Adds the header to the response of a managed prompt without cache breakpoints. */
  static HttpResponse echo(HttpRequest request, HttpResponse response) {
    boolean managed = response.headers().containsKey("x-tollgate-prompt");
    return managed && !read(request) ? response.withHeader(NAME, OFF) : response;
  }
}
