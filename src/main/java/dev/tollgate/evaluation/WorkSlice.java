package dev.tollgate.evaluation;

import java.time.Instant;

/**
 * One function's work on a run.
 *
 * @param token of the event that it was invoked by, which Lambda's retries of the event share: one
 *     that is retried takes up what it had claimed before it was killed
 * @param deadline when to begin no further attempt
 */
record WorkSlice(String token, Instant deadline) {}
