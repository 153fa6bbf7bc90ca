package dev.tollgate.prompt;

import java.time.Instant;

/**
 * The result of a version in a suite, from their latest run.
 *
 * @param versionHash the hash of the tested content, so that the verdict holds for no other content
 * @param suiteHash the hash of the suite
 * @param judge the judge and its version
 */
public record GateVerdict(
    String versionHash,
    String suiteHash,
    boolean passed,
    Instant time,
    String runId,
    String judge) {}
