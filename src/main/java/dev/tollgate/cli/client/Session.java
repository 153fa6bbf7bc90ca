package dev.tollgate.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** One run of the command: the API to call, and the way to the terminal. */
public final class Session {
  private final Surroundings surroundings;
  private final CommonOptions options;

  public Session(Surroundings surroundings, CommonOptions options) {
    this.surroundings = surroundings;
    this.options = options;
  }

  public Api api() {
    return new Api(
        setting(options.url, "TOLLGATE_URL", "--url"),
        setting(options.key, "TOLLGATE_KEY", "--key"));
  }

  /** A function of the local cloud that this shell knows, or else of its AWS account. */
  LambdaFunction function(Optional<String> region, String name) {
    return environment(LambdaFunction.LOCAL)
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
                    "%s is not set: set it, or give %s".formatted(variable, name)));
  }

  public Optional<String> environment(String variable) {
    return Optional.ofNullable(surroundings.environment().get(variable));
  }

  public Path resolve(String path) {
    try {
      return surroundings.directory().resolve(path);
    } catch (InvalidPathException e) {
      throw new CommandException("no file can be named %s: %s".formatted(path, e.getReason()), e);
    }
  }

  /** Prints what the command was asked for, as JSON if that is wanted. */
  public void print(JsonNode json, Supplier<String> text) {
    write(surroundings.out(), options.json ? Json.write(json) : text.get());
  }

  /** Where to write what is for a program and not for a terminal. */
  public PrintStream out() {
    return surroundings.out();
  }

  /** Says something that is not the answer. */
  public void say(String message) {
    write(surroundings.err(), "tollgate: " + message);
  }

  private static void write(PrintStream stream, String text) {
    String safe = PlainText.lines(text);
    stream.print(safe.isEmpty() || safe.endsWith("\n") ? safe : safe + "\n");
    stream.flush();
  }
}
