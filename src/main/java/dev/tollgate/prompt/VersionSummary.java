package dev.tollgate.prompt;

import java.time.Instant;

/** A version without its content, which may be large. */
public record VersionSummary(
    int number, String hash, String versionHash, String author, String notes, Instant created) {
  static VersionSummary of(PromptVersion version) {
    return new VersionSummary(
        version.number(),
        version.content().hash(),
        version.content().versionHash(),
        version.author(),
        version.notes(),
        version.created());
  }
}
