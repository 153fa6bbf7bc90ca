/**
 * Prompts as code: immutable versions and the pointer to the one in production. Depends on the
 * ledger only.
 */
@NullMarked
package dev.tollgate.prompt;

import org.jspecify.annotations.NullMarked;
