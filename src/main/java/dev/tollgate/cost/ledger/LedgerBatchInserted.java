package dev.tollgate.cost.ledger;

import dev.tollgate.cost.calls.CallStreamEvent;

/**
 * Event: a batch of the calls table's stream is in the ledger.
 *
 * @param inserted how many of its calls were not in the ledger before
 */
public record LedgerBatchInserted(CallStreamEvent batch, int inserted) {}
