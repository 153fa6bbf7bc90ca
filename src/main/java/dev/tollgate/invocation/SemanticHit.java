package dev.tollgate.invocation;

import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.ModelResponse;

/**
 * Event: a call received the answer to a similar question. It is published when the call is
 * recorded, before the answer is returned.
 *
 * @param call contains the similarity and the id of the call that was answered by a model
 * @param principal the owner of the call's key
 * @param request the request that the model would have received
 * @param answer the cached answer
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
