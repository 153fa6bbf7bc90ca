package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.prompt.PromptName;
import java.util.Optional;

/**
 * What came of a comparison.
 *
 * @param version of the prompt
 * @param verdict absent if it was counted before, was served under a switch of before, or the
 *     semantic cache is off
 * @param counts of the version's comparisons so far
 * @param disabledReason why the prompt's semantic cache is off because of this call, if it is
 */
public record ComparisonResult(
    CallId callId,
    PromptName prompt,
    int version,
    Optional<ComparisonVerdict> verdict,
    VerdictCounts counts,
    Optional<String> disabledReason) {}
