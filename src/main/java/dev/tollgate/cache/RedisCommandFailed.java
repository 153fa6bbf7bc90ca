package dev.tollgate.cache;

/** Event: Redis failed a command. The call continues without the cache and may cost more. */
public record RedisCommandFailed() {}
