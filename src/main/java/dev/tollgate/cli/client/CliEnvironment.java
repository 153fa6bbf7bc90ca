package dev.tollgate.cli.client;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * The process that a command runs in.
 *
 * @param directory the directory that relative paths start from
 */
public record CliEnvironment(
    Map<String, String> environment, PrintStream out, PrintStream err, Path directory) {
  public CliEnvironment {
    environment = Map.copyOf(environment);
  }
}
