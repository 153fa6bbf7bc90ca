package dev.tollgate.prompt;

import java.time.Instant;

/**
 * Why a version was frozen by its tests, which may lift that again, unlike a freeze by a person.
 *
 * @param runId of the run that the version failed
 * @param since when; only a run that started later may lift it
 */
public record Suspension(String runId, Instant since) {}
