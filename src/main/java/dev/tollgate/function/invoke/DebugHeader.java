package dev.tollgate.function.invoke;

import dev.tollgate.cache.SemanticCache.NearestMiss;
import dev.tollgate.function.http.ApiError;
import dev.tollgate.function.http.ApiException;
import dev.tollgate.function.http.HttpRequest;
import dev.tollgate.function.http.HttpResponse;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Role;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.semantic.Veto;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * {@code x-tollgate-debug: semantic}: why the semantic cache had no hit. The similarity of two
 * requests reveals something about both, so only previewers can see it.
 */
final class DebugHeader {
  private static final String NAME = "x-tollgate-debug";
  private static final String SEMANTIC = "semantic";
  private static final Set<Role> READERS = Set.of(Role.PREVIEW);

  private DebugHeader() {}

  /** Whether the caller requests the details. A caller without the role preview cannot. */
  static boolean read(HttpRequest request, Caller caller) {
    Optional<String> sent = request.header(NAME).map(String::strip);
    if (sent.isEmpty()) {
      return false;
    }
    if (!sent.get().equals(SEMANTIC)) {
      throw new ApiException(
          ApiError.invalid(NAME, "The header " + NAME + " must be " + SEMANTIC + "."));
    }
    if (!caller.hasAnyRole(READERS)) {
      throw new ApiException(
          ApiError.missingRole(
              "Key %s cannot use the header %s. Omit it, or use a key with the role preview."
                  .formatted(caller.keyId(), NAME)));
    }
    return true;
  }

  /** Adds the nearest miss of the semantic cache, if there was one. */
  static HttpResponse addDetails(HttpResponse response, InvocationResult result) {
    Optional<NearestMiss> nearest =
        result instanceof InvocationResult.Answered answered
            ? answered.nearest()
            : Optional.empty();
    if (nearest.isEmpty()) {
      return response;
    }
    HttpResponse detailed =
        response.withHeader(
            "x-tollgate-nearest", String.format(Locale.ROOT, "%.4f", nearest.get().similarity()));
    Optional<Veto.Reason> veto = nearest.get().veto();
    return veto.isPresent() ? detailed.withHeader("x-tollgate-veto", veto.get().id()) : detailed;
  }
}
