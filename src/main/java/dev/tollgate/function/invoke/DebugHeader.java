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
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * {@code x-tollgate-debug: semantic}: why no similar question's answer was given. How near a
 * question comes to those of others says something of theirs, so it is for previewing only.
 */
final class DebugHeader {
  private static final String NAME = "x-tollgate-debug";
  private static final String SEMANTIC = "semantic";
  private static final Set<Role> READERS = EnumSet.of(Role.PREVIEW);

  private DebugHeader() {}

  /** Whether the caller wants to be told, and may be. */
  static boolean read(HttpRequest request, Caller caller) {
    Optional<String> said = request.header(NAME).map(String::strip);
    if (said.isEmpty()) {
      return false;
    }
    if (!said.get().equals(SEMANTIC)) {
      throw new ApiException(
          ApiError.invalid(NAME, "The header " + NAME + " must be " + SEMANTIC + "."));
    }
    if (!caller.hasAnyRole(READERS)) {
      throw new ApiException(
          ApiError.missingRole(
              "Key %s may not debug: leave the header %s out, or use a key with the role preview."
                  .formatted(caller.keyId(), NAME)));
    }
    return true;
  }

  /** Tells of the question that came nearest, if one was looked for and did not help. */
  static HttpResponse addDetails(HttpResponse answer, InvocationResult result) {
    Optional<NearestMiss> nearest =
        result instanceof InvocationResult.Answered answered
            ? answered.nearest()
            : Optional.empty();
    if (nearest.isEmpty()) {
      return answer;
    }
    HttpResponse told =
        answer.withHeader(
            "x-tollgate-nearest", String.format(Locale.ROOT, "%.4f", nearest.get().similarity()));
    Optional<Veto.Reason> veto = nearest.get().veto();
    return veto.isPresent() ? told.withHeader("x-tollgate-veto", veto.get().id()) : told;
  }
}
