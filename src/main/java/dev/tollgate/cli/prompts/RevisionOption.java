package dev.tollgate.cli.prompts;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The revision that a prompt must still have. */
final class RevisionOption {
  @Option(
      names = "--revision",
      paramLabel = "N",
      description = "Fail if the prompt no longer has this revision.")
  private @Nullable Long revision;

  OptionalLong get() {
    return revision == null ? OptionalLong.empty() : OptionalLong.of(revision);
  }
}
