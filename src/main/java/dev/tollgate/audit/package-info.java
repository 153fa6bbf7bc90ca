/** The audit log: append-only events, each of which carries the hash of the one before it. */
@NullMarked
package dev.tollgate.audit;

import org.jspecify.annotations.NullMarked;
