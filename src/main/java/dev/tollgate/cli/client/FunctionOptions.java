package dev.tollgate.cli.client;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The Lambda function that a command without a key invokes. */
public final class FunctionOptions {
  @Option(
      names = "--function",
      paramLabel = "NAME",
      description = "The Lambda function; default: that of the stack tollgate.")
  private Optional<String> function = Optional.empty();

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description =
          "The AWS region of the stack; default: the region of this shell's AWS settings.")
  private Optional<String> region = Optional.empty();

  /**
   * The function to invoke.
   *
   * @param defaultName the name of the function if the command line names none
   */
  public LambdaFunction resolve(Session session, String defaultName) {
    return session.function(region, function.orElse(defaultName));
  }
}
