/**
 * Equivalence of questions: their vectors, the nearest stored questions, and the veto on those that
 * only look similar. It does not use Redis.
 */
@NullMarked
package dev.tollgate.semantic;

import org.jspecify.annotations.NullMarked;
