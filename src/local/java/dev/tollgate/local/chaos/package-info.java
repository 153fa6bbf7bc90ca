/**
 * Fault injection: parts of a local cloud are killed, slowed and cut off under load. All checks are
 * from the outside: responses to callers, contents of the tables, the cost report.
 */
@NullMarked
package dev.tollgate.local.chaos;

import org.jspecify.annotations.NullMarked;
