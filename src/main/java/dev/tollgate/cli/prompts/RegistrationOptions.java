package dev.tollgate.cli.prompts;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The author and the notes of a registered version. */
final class RegistrationOptions {
  @Option(
      names = "--author",
      paramLabel = "WHO",
      description = "Author; default: git's user.name, or $USER.")
  Optional<String> author = Optional.empty();

  @Option(
      names = "--notes",
      paramLabel = "TEXT",
      description = "Description of the change; default: the subject of the file's last commit.")
  Optional<String> notes = Optional.empty();
}
