/**
 * The response cache: answers kept in Redis, so that nothing is paid for twice. Not to be confused
 * with the providers' own prompt caching. The cache may vanish at any time; calls then go on
 * without it.
 */
@NullMarked
package dev.tollgate.cache;

import org.jspecify.annotations.NullMarked;
