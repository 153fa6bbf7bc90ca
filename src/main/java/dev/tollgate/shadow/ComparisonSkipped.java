package dev.tollgate.shadow;

import dev.tollgate.prompt.PromptName;
import java.util.Optional;

/**
 * Event: a sampled semantic cache hit cannot be compared with a fresh answer.
 *
 * @param prompt absent if the event that asked for the comparison cannot be read
 */
public record ComparisonSkipped(Optional<PromptName> prompt, String reason) {}
