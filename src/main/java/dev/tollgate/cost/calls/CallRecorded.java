package dev.tollgate.cost.calls;

/**
 * Event: a call, or a billed attempt at one, has ended and its record was written.
 *
 * @param deadLettered whether the record went into the function's log, as the calls table did not
 *     take it
 */
public record CallRecorded(CallRecord call, boolean deadLettered) {}
