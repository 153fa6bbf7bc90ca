package dev.tollgate.endtoend.support;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.Tollgate;
import dev.tollgate.local.LocalCloud;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Runs the {@code tollgate} command against a local cloud. */
public record CliRunner(LocalCloud cloud, String key, Path folder) {
  /** The output and the exit code of a command. */
  public record CliResult(int exitCode, String out, String err) {
    JsonNode json() throws IOException {
      return ApiClient.JSON.readTree(out);
    }

    @Override
    public String toString() {
      return exitCode + "\n" + out + err;
    }
  }

  /** Runs a command whose arguments have no spaces. */
  public CliResult run(String words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        Tollgate.run(
            words.split(" ", -1),
            Map.of(
                "TOLLGATE_URL", cloud.url().toString(),
                "TOLLGATE_KEY", key,
                "LAMBDA_URL", cloud.lambda().endpoint().toString()),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            folder);
    return new CliResult(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
