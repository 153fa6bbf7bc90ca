package dev.tollgate.shadow;

import dev.tollgate.cost.calls.CallId;
import dev.tollgate.prompt.PromptName;
import java.util.Optional;

/**
 * The result of a comparison.
 *
 * @param version of the prompt
 * @param verdict absent if the call was counted already, was served before the cache was
 *     re-enabled, or if the semantic cache is off
 * @param counts of the version's comparisons so far
 * @param disabledReason why this call disabled the prompt's semantic cache, if it did
 */
public record ComparisonResult(
    CallId callId,
    PromptName prompt,
    int version,
    Optional<ComparisonVerdict> verdict,
    VerdictCounts counts,
    Optional<String> disabledReason) {}
