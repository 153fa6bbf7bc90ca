package dev.tollgate.cli.client;

import java.util.Optional;
import picocli.CommandLine.Option;

/** Which function a command invokes that needs no key. */
public final class FunctionOptions {
  @Option(
      names = "--function",
      paramLabel = "NAME",
      description = "The stack's function; default: that of the stack tollgate.")
  private Optional<String> function = Optional.empty();

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "Where the stack is; default: the region of this shell's AWS settings.")
  private Optional<String> region = Optional.empty();

  /**
   * The function to invoke.
   *
   * @param defaultName its name unless the command line says otherwise
   */
  public LambdaFunction resolve(Session session, String defaultName) {
    return session.function(region, function.orElse(defaultName));
  }
}
