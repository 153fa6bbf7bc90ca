package dev.tollgate.evaluation.suite;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * An answer as assertions see it.
 *
 * @param latency from the request to the last token
 * @param cost in USD
 */
public record ModelOutput(String text, Duration latency, BigDecimal cost) {}
