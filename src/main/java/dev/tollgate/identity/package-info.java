/**
 * The identity of callers: virtual keys with their team and roles. Nothing else in a request
 * identifies the caller.
 */
@NullMarked
package dev.tollgate.identity;

import org.jspecify.annotations.NullMarked;
