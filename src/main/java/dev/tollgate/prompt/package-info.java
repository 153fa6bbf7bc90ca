/**
 * Prompts as code: immutable versions and the pointer to the one in production. Depends on nothing
 * else of Tollgate.
 */
@NullMarked
package dev.tollgate.prompt;

import org.jspecify.annotations.NullMarked;
