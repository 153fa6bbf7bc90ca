package dev.tollgate.evaluation;

import java.time.Instant;

/**
 * One function's work on a run.
 *
 * @param token of the event that invoked the function. Lambda's retries of the event share it, so
 *     that a retry can reclaim the attempts of the function that was killed
 * @param deadline the time after which the function begins no attempt
 */
record WorkSlice(String token, Instant deadline) {}
