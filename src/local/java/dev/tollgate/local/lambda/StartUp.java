package dev.tollgate.local.lambda;

import java.time.Duration;

/**
 * How one environment of a function started.
 *
 * @param ready from the start of its process until it asked for work
 * @param firstResponse until it had answered its first event
 * @param memory bytes that its process held then
 */
public record StartUp(Duration ready, Duration firstResponse, long memory) {}
