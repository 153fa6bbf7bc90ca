/**
 * What calls cost. Prices are in {@code pricing}, one record for each billed attempt in {@code
 * calls}, and the PostgreSQL ledger with its reports in {@code ledger}.
 */
@NullMarked
package dev.tollgate.cost;

import org.jspecify.annotations.NullMarked;
