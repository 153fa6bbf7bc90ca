package dev.tollgate.prompt;

import java.time.Instant;

/**
 * How one version fared in one suite, in the latest run of the two.
 *
 * @param versionHash of the content that was tested, so that a verdict fits no other content
 * @param suiteHash of the suite that it was tested with
 * @param judge the judge and its version
 */
public record GateVerdict(
    String versionHash,
    String suiteHash,
    boolean passed,
    Instant time,
    String runId,
    String judge) {}
