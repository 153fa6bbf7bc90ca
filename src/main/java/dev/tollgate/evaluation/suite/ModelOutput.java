package dev.tollgate.evaluation.suite;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * The answer of a model with the values that assertions evaluate.
 *
 * @param latency from the request to the last token
 * @param cost in USD
 */
public record ModelOutput(String text, Duration latency, BigDecimal cost) {}
