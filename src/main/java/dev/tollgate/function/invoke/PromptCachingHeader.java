package dev.tollgate.function.invoke;

import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.HttpResponse;

/**
 * {@code x-tollgate-prompt-caching}: {@code off} leaves a managed prompt's marks for the provider's
 * prompt cache out of one call, as {@code prompt_caching: off} would for all.
 */
final class PromptCachingHeader {
  private static final String NAME = "x-tollgate-prompt-caching";
  private static final String OFF = "off";

  private PromptCachingHeader() {}

  /** Whether marks are set. */
  static boolean read(HttpRequest request) {
    return switch (request.header(NAME).orElse("on").strip()) {
      case "on" -> true;
      case OFF -> false;
      default ->
          throw new ApiException(
              ApiError.invalid(NAME, "The header " + NAME + " must be on or off."));
    };
  }

  /** Says in an answer to a managed prompt that its marks were left out. */
  static HttpResponse echo(HttpRequest request, HttpResponse answer) {
    boolean managed = answer.headers().containsKey("x-tollgate-prompt");
    return managed && !read(request) ? answer.withHeader(NAME, OFF) : answer;
  }
}
