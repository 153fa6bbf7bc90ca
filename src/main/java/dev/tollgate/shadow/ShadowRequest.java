package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.provider.ModelRequest;
import java.math.BigDecimal;

/**
 * An answer that was served for another question than its own, and what is needed to ask the model
 * itself.
 *
 * @param callId of the call that was served
 * @param answeredBy the call that the answer was given to
 * @param similarity of the two questions
 * @param prompt the prompt of both
 * @param version of the prompt
 * @param keyId the key that was served; it pays for the comparison, since it had the answer free
 * @param person who stands behind the key, whose budget it is
 * @param request as the model would have been asked it
 * @param question what was asked
 * @param served the text of the answer
 */
record ShadowRequest(
    CallId callId,
    CallId answeredBy,
    BigDecimal similarity,
    PromptName prompt,
    int version,
    String keyId,
    String person,
    String team,
    String endpoint,
    ModelRequest request,
    String question,
    String served) {}
