/**
 * The cost of calls: {@code pricing} has the price book, {@code calls} the record of each billed
 * attempt, and {@code ledger} the PostgreSQL ledger with its reports.
 */
@NullMarked
package dev.tollgate.cost;

import org.jspecify.annotations.NullMarked;
