/** Call records: one for each billed attempt, written to DynamoDB before its answer ends. */
@NullMarked
package dev.tollgate.cost.calls;

import org.jspecify.annotations.NullMarked;
