/** Distributed traces: the trace of a request, in logs and in outgoing requests. */
@NullMarked
package dev.tollgate.trace;

import org.jspecify.annotations.NullMarked;
