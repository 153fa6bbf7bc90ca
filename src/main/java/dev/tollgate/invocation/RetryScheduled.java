package dev.tollgate.invocation;

import dev.tollgate.provider.ModelProvider.Reply;
import dev.tollgate.provider.ModelRequest;

/** Event: an attempt failed, and the same model is tried again after a backoff. */
public record RetryScheduled(ModelRequest request, Reply.Failure failure) {}
