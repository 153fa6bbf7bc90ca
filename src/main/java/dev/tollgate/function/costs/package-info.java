/**
 * {@code costReport} and {@code costLedger}: reports, exports, the cost ledger and the dashboard.
 */
@NullMarked
package dev.tollgate.function.costs;

import org.jspecify.annotations.NullMarked;
