package dev.tollgate.function.admin;

import dev.tollgate.function.http.RequestFields;
import dev.tollgate.function.http.RouteRequest;
import dev.tollgate.identity.Caller;
import dev.tollgate.prompt.ChangeRequest;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Creates change requests for the prompt registry. */
final class ChangeRequests {
  private ChangeRequests() {}

  static ChangeRequest of(Caller caller, Optional<String> reason, OptionalLong revision) {
    return new ChangeRequest(caller.keyId(), caller.principalId(), reason, revision);
  }

  /** A change whose body may hold a {@code reason} only. */
  static ChangeRequest withOptionalReason(RouteRequest request) {
    return of(request.caller(), readReason(request).reason(), request.revision());
  }

  /** A change whose body must hold a {@code reason} only. */
  static ChangeRequest withReason(RouteRequest request) {
    Optional<String> reason = Optional.of(readReason(request).requiredReason());
    return of(request.caller(), reason, request.revision());
  }

  private static RequestFields readReason(RouteRequest request) {
    return new RequestFields(request.bodyOrEmpty(), Set.of("reason"));
  }
}
