package dev.tollgate.function.http;

import dev.tollgate.identity.Authenticator;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.KeySecret;
import dev.tollgate.identity.Role;
import dev.tollgate.prompt.PromptName;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Authenticates callers by their keys, and authorizes them by roles and restrictions. */
@Singleton
public class AccessControl {
  private static final String BEARER = "bearer ";

  private final Authenticator authenticator;

  public AccessControl(Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  /** Returns the caller whose key the request carries, if the key has one of the roles. */
  Caller authorize(HttpRequest request, Set<Role> roles) {
    String sent =
        request
            .header("x-api-key")
            .filter(value -> !value.isBlank())
            .or(() -> bearerToken(request))
            .orElseThrow(
                () ->
                    new ApiException(
                        ApiError.unauthenticated(
                            "key_missing",
                            "The request has no key. Send a Tollgate key in the header x-api-key or"
                                + " Authorization: Bearer.")));
    Caller caller =
        KeySecret.parse(sent)
            .flatMap(authenticator::authenticate)
            .orElseThrow(
                () ->
                    new ApiException(
                        ApiError.unauthenticated(
                            "key_invalid",
                            "The key is unknown or no longer valid. Check that it is a complete"
                                + " Tollgate key (tg_...), and that it is not expired or"
                                + " revoked.")));
    if (!caller.hasAnyRole(roles)) {
      Set<String> required = new TreeSet<>();
      roles.forEach(role -> required.add(role.id()));
      throw new ApiException(
          ApiError.missingRole(
              "Key %s cannot use this route. It requires the role %s."
                  .formatted(caller.keyId(), String.join(" or ", required))));
    }
    return caller;
  }

  /** Rejects a caller whose key is limited to other prompts. */
  static void requirePromptAllowed(Caller caller, PromptName name) {
    if (!caller.restrictions().allowsPrompt(name.value())) {
      throw new ApiException(PromptNames.promptNotAllowed(caller.keyId(), name));
    }
  }

  /** Rejects a caller whose key is limited to some models or prompts. */
  static void requireUnrestricted(Caller caller) {
    if (caller.restrictions().isRestricted()) {
      throw new ApiException(
          ApiError.notAllowed(
              "key_limited",
              "x-api-key",
              "Key %s is limited to some models or prompts, but this route affects all of them. Use"
                      .formatted(caller.keyId())
                  + " an unlimited key."));
    }
  }

  private static Optional<String> bearerToken(HttpRequest request) {
    return request
        .header("authorization")
        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(value -> value.substring(BEARER.length()).strip());
  }
}
