package dev.tollgate.evaluation.judge;

import dev.tollgate.identity.Caller;
import java.time.Instant;

/**
 * The caller and the deadline of a judge's calls.
 *
 * @param caller pays for the calls
 * @param endpoint the endpoint in the records of the calls
 */
public record JudgeContext(Caller caller, String endpoint, Instant deadline) {}
