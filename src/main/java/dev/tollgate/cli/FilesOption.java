package dev.tollgate.cli;

import dev.tollgate.promptfile.PromptDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the prompt files are. */
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
          "there is no folder %s: name the folder of prompt files with --dir"
              .formatted(path(session)));
    }
    return new PromptDirectory(path(session));
  }

  GitHistory git(Session session) {
    return new GitHistory(path(session));
  }

  Drift drift(Session session) {
    return new Drift(session.api(), directory(session), git(session));
  }

  /** A command on files, such that it means this folder when it is typed. */
  String command(String command) {
    return "tollgate prompts " + command + (folder.equals(DEFAULT) ? "" : " --dir " + folder);
  }
}
