/** The cost ledger: call records in PostgreSQL, their daily roll-ups and the reports over both. */
@NullMarked
package dev.tollgate.cost.ledger;

import org.jspecify.annotations.NullMarked;
