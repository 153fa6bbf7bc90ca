package dev.tollgate.cli.prompts;

import java.util.Optional;
import picocli.CommandLine.Option;

/** What is said of a version when it is registered. */
final class RegistrationOptions {
  @Option(
      names = "--author",
      paramLabel = "WHO",
      description = "Who wrote it; default: git's user.name, else USER.")
  Optional<String> author = Optional.empty();

  @Option(
      names = "--notes",
      paramLabel = "TEXT",
      description = "What changed; default: the subject of the last commit of an unchanged file.")
  Optional<String> notes = Optional.empty();
}
