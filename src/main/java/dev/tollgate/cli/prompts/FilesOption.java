package dev.tollgate.cli.prompts;

import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.Session;
import dev.tollgate.promptfile.PromptDirectory;
import dev.tollgate.promptfile.PromptFile;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The folder of prompt files. */
final class FilesOption {
  private static final String DEFAULT = "prompts";

  @Option(
      names = "--dir",
      paramLabel = "FOLDER",
      defaultValue = DEFAULT,
      description = "The folder of prompt files; default: ${DEFAULT-VALUE}.")
  String folder = DEFAULT;

  Path path(Session session) {
    return session.resolve(folder);
  }

  PromptDirectory directory(Session session) {
    if (!Files.isDirectory(path(session))) {
      throw new CommandException(
          "No folder %s. Set the folder of prompt files with --dir.".formatted(path(session)));
    }
    return new PromptDirectory(path(session));
  }

  /** A prompt's file, which must exist. */
  PromptFile requireFile(Session session, PromptDirectory directory, String name) {
    return directory
        .find(name)
        .orElseThrow(
            () ->
                new CommandException(
                    "No file %1$s.txt or %1$s.yaml in %2$s.".formatted(name, path(session))));
  }

  GitHistory gitHistory(Session session) {
    return new GitHistory(path(session));
  }

  DriftChecker driftChecker(Session session) {
    return new DriftChecker(session.api(), directory(session), gitHistory(session));
  }

  /** A command that the user can type to work on this folder. */
  String suggestCommand(String command) {
    return "tollgate prompts " + command + (folder.equals(DEFAULT) ? "" : " --dir " + folder);
  }
}
