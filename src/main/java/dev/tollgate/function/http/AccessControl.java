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

/** Lets in who has the key and the role. */
@Singleton
public class AccessControl {
  private static final String BEARER = "bearer ";

  private final Authenticator authenticator;

  public AccessControl(Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  /** The caller behind the request's key, who has at least one of the roles. */
  public Caller authorize(HttpRequest request, Set<Role> roles) {
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
                            "No key was sent: put a Tollgate key into the header x-api-key or"
                                + " Authorization: Bearer.")));
    Caller caller =
        KeySecret.parse(sent)
            .flatMap(authenticator::authenticate)
            .orElseThrow(
                () ->
                    new ApiException(
                        ApiError.unauthenticated(
                            "key_invalid",
                            "This key is not known or no longer valid: check that it is a Tollgate"
                                + " key (tg_...), was copied whole, and is neither expired nor"
                                + " revoked.")));
    if (!caller.hasAnyRole(roles)) {
      Set<String> wanted = new TreeSet<>();
      roles.forEach(role -> wanted.add(role.id()));
      throw new ApiException(
          ApiError.missingRole(
              "Key %s may not do this: it needs the role %s."
                  .formatted(caller.keyId(), String.join(" or ", wanted))));
    }
    return caller;
  }

  /** Refuses a caller whose key is limited to other prompts. */
  public void requirePromptAllowed(Caller caller, PromptName name) {
    if (!caller.restrictions().allowsPrompt(name.value())) {
      throw new ApiException(PromptNames.promptNotAllowed(caller.keyId(), name));
    }
  }

  /** Refuses a caller whose key is limited, where all models and prompts are concerned. */
  public void requireUnrestricted(Caller caller) {
    if (caller.restrictions().isRestricted()) {
      throw new ApiException(
          ApiError.notAllowed(
              "key_limited",
              "x-api-key",
              "Key %s is limited to some models or prompts, and this concerns all: use a key without"
                      .formatted(caller.keyId())
                  + " limits."));
    }
  }

  private static Optional<String> bearerToken(HttpRequest request) {
    return request
        .header("authorization")
        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(value -> value.substring(BEARER.length()).strip());
  }
}
