/** Call records: one for each billed attempt, written to DynamoDB before its response ends. */
@NullMarked
package dev.tollgate.cost.calls;

import org.jspecify.annotations.NullMarked;
