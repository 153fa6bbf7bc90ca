/**
 * Prompts as code: immutable versions, the pointer to the active one, labels, gate and audit
 * events. Depends on the audit log and on the models of providers.
 */
@NullMarked
package dev.tollgate.prompt;

import org.jspecify.annotations.NullMarked;
