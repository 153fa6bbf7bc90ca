package dev.tollgate.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** One run of the command: its API client, its settings and its output. */
public final class Session {
  private final CliEnvironment cliEnvironment;
  private final GlobalOptions options;

  public Session(CliEnvironment cliEnvironment, GlobalOptions options) {
    this.cliEnvironment = cliEnvironment;
    this.options = options;
  }

  public ApiClient api() {
    return new ApiClient(
        setting(options.url, "TOLLGATE_URL", "--url"),
        setting(options.key, "TOLLGATE_KEY", "--key"));
  }

  /** A function of the local cloud if LAMBDA_URL is set, otherwise of the AWS account. */
  LambdaFunction function(Optional<String> region, String name) {
    return environment(LambdaFunction.LOCAL_URL_VARIABLE)
        .map(url -> LambdaFunction.local(url, name))
        .orElseGet(() -> LambdaFunction.aws(region, name));
  }

  private String setting(Optional<String> option, String variable, String name) {
    return option
        .or(() -> environment(variable))
        .filter(value -> !value.isBlank())
        .orElseThrow(
            () ->
                new CommandException(
                    "%s is not set. Set it, or use %s.".formatted(variable, name)));
  }

  public Optional<String> environment(String variable) {
    return Optional.ofNullable(cliEnvironment.environment().get(variable));
  }

  public Path resolve(String path) {
    try {
      return cliEnvironment.directory().resolve(path);
    } catch (InvalidPathException e) {
      throw new CommandException("Invalid file name %s: %s".formatted(path, e.getReason()), e);
    }
  }

  /** Prints the result of the command, as JSON with {@code --json}. */
  public void print(JsonNode json, Supplier<String> text) {
    write(cliEnvironment.out(), options.json ? Json.write(json) : text.get());
  }

  /** Standard output, for data that is not escaped for a terminal. */
  public PrintStream out() {
    return cliEnvironment.out();
  }

  /** Prints an error, a warning or the progress to standard error. */
  public void printMessage(String message) {
    write(cliEnvironment.err(), "tollgate: " + message);
  }

  private static void write(PrintStream stream, String text) {
    String safe = TerminalEscaper.escapeLines(text);
    stream.print(safe.isEmpty() || safe.endsWith("\n") ? safe : safe + "\n");
    stream.flush();
  }
}
