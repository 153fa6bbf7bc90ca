package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.KeyRestrictions;
import dev.tollgate.identity.Role;
import dev.tollgate.invocation.Invocation;
import dev.tollgate.prompt.PromptName;
import java.math.BigDecimal;
import java.util.Set;

/**
 * A request to compare the answer of a semantic cache hit with the answer of the model itself.
 *
 * @param caller pays for the comparison, since the hit was free
 * @param input the request that the model would have received
 * @param served the text of the cached answer
 */
record ShadowRequest(
    Hit hit,
    Caller caller,
    String endpoint,
    Invocation.Input.Replayed input,
    String question,
    String served) {
  /**
   * @param callId the call that was served from the cache
   * @param answeredBy the call that produced the answer
   * @param similarity of the two questions
   */
  record Hit(CallId callId, CallId answeredBy, BigDecimal similarity) {}

  /**
   * The caller as whom the comparison calls the model. Its key's restrictions were checked when the
   * hit was served.
   *
   * @param person the owner of the key, whose budget pays
   */
  static Caller caller(String keyId, String person, String team) {
    return new Caller(keyId, person, team, Set.of(Role.INVOKE), KeyRestrictions.UNRESTRICTED);
  }

  CallId callId() {
    return hit.callId();
  }

  PromptName prompt() {
    return input.prompt();
  }

  int version() {
    return input.version();
  }
}
