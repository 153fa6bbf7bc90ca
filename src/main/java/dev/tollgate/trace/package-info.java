/** Distributed traces: which one a request belongs to, in logs and in what is asked of others. */
@NullMarked
package dev.tollgate.trace;

import org.jspecify.annotations.NullMarked;
