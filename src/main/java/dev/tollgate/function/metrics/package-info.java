/**
 * Observers of domain events that write metrics in CloudWatch's embedded metric format, and the
 * fields of log lines.
 */
@NullMarked
package dev.tollgate.function.metrics;

import org.jspecify.annotations.NullMarked;
