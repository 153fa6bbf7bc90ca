/**
 * {@code costReport} and {@code costLedger}: reports, exports, upkeep of the ledger, the dashboard.
 */
@NullMarked
package dev.tollgate.function.costs;

import org.jspecify.annotations.NullMarked;
