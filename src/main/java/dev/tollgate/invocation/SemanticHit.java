package dev.tollgate.invocation;

import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;

/**
 * An answer that was given to one question and served for another.
 *
 * @param call the record of the call that was served, which says how similar the questions are and
 *     which call answered
 * @param principal who stands behind the key that was served
 * @param request as the model would have been asked it
 * @param answer the one that was kept
 * @param askedQuestion the question of this call
 * @param cachedQuestion the question that the answer was given to
 */
public record SemanticHit(
    CallRecord call,
    String principal,
    ManagedPrompt prompt,
    ModelRequest request,
    ModelResponse answer,
    String askedQuestion,
    String cachedQuestion) {}
