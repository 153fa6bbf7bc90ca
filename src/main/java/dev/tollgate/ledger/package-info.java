/**
 * Who did what: append-only events, each carrying the hash of the one before. Depends on nothing
 * else of Tollgate.
 */
@NullMarked
package dev.tollgate.ledger;

import org.jspecify.annotations.NullMarked;
