package dev.tollgate.provider;

import dev.tollgate.provider.ModelProvider.Reply;

/** Event: a request was sent to a provider, and this came back. */
public record ModelInvoked(ModelRequest request, Reply reply) {}
