package dev.tollgate.prompt;

import java.time.Instant;

/**
 * Why failed tests froze a version. A passed run can unfreeze it, unlike a freeze by a person.
 *
 * @param runId the run that the version failed
 * @param since when it was frozen; only a run that started later unfreezes it
 */
public record Suspension(String runId, Instant since) {}
