package dev.tollgate.cli.client;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command has from the process that it runs in.
 *
 * @param directory what relative paths start from
 */
public record CliEnvironment(
    Map<String, String> environment, PrintStream out, PrintStream err, Path directory) {
  public CliEnvironment {
    environment = Map.copyOf(environment);
  }
}
