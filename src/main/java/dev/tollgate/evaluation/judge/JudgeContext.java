package dev.tollgate.evaluation.judge;

import dev.tollgate.identity.Caller;
import java.time.Instant;

/**
 * For whom a judge reads, and until when.
 *
 * @param caller who pays
 * @param endpoint the feature that the judge's calls are booked to
 */
public record JudgeContext(Caller caller, String endpoint, Instant deadline) {}
