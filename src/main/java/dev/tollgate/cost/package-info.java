/**
 * Every dollar: what tokens cost, one record for each billed attempt, the ledger that adds them up
 * and the reports that finance reads.
 */
@NullMarked
package dev.tollgate.cost;

import org.jspecify.annotations.NullMarked;
