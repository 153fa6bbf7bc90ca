/**
 * The Lambda functions: API Gateway and direct events in, answers out. Nothing depends on this
 * package.
 */
@NullMarked
package dev.tollgate.function;

import org.jspecify.annotations.NullMarked;
