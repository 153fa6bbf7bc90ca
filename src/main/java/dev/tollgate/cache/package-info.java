/**
 * The response cache: responses in Redis, so that no response is paid for twice. It is not the
 * prompt caching of the providers. Redis may be unavailable at any time; calls then continue
 * without it.
 */
@NullMarked
package dev.tollgate.cache;

import org.jspecify.annotations.NullMarked;
