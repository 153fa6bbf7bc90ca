package dev.tollgate.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command has from the process that it runs in.
 *
 * @param directory what relative paths start from
 */
record Surroundings(
    Map<String, String> environment, PrintStream out, PrintStream err, Path directory) {
  Surroundings {
    environment = Map.copyOf(environment);
  }
}
