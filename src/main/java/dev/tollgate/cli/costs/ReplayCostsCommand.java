package dev.tollgate.cli.costs;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.CountFormat;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Imports records that a function logged because it could not write them to the calls table. */
@Command(
    name = "replay",
    description =
        "Import calls from a function's log into the calls table. A function logs a call as"
            + " {\"spilled_call\": ...} if DynamoDB rejects it. Other lines are ignored. Existing"
            + " calls do not change.")
final class ReplayCostsCommand implements Callable<Integer> {
  private static final String MARKER = "{\"spilled_call\":";
  private static final int BATCH_SIZE = 200;

  private final Session session;

  @Parameters(paramLabel = "FILE", description = "A file with lines of the function's log.")
  private String file = "";

  ReplayCostsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ArrayNode calls = Json.object().putArray("calls");
    try (Stream<String> lines = Files.lines(session.resolve(file))) {
      lines.filter(line -> line.contains(MARKER)).map(this::call).forEach(calls::add);
    } catch (IOException e) {
      throw CommandException.cannotRead(file, e);
    } catch (UncheckedIOException e) {
      throw CommandException.cannotRead(file, requireNonNull(e.getCause()));
    }
    if (calls.isEmpty()) {
      throw new CommandException(file + " has no line with a spilled_call.");
    }
    ApiClient api = session.api();
    long restored = 0;
    int from = 0;
    while (from < calls.size()) {
      ArrayNode batch = Json.object().putArray("calls");
      int to = Math.min(from + BATCH_SIZE, calls.size());
      for (int i = from; i < to; i++) {
        batch.add(calls.get(i));
      }
      JsonNode response =
          api.post(ApiClient.path("admin", "costs", "replay"), Json.object().set("calls", batch));
      restored += response.path("restored").asLong();
      from = to - response.path("left").asInt();
    }
    ObjectNode replayed =
        Json.object().put("restored", restored).put("known", calls.size() - restored);
    session.print(
        replayed,
        () ->
            "Imported %s; %s already exist."
                .formatted(
                    CountFormat.format(replayed.path("restored"), "call"),
                    Json.text(replayed.path("known"))));
    return ExitCode.OK;
  }

  /** The record in a line. Lambda can put a timestamp before it. */
  private JsonNode call(String line) {
    try {
      return Json.read(line.substring(line.indexOf(MARKER))).path("spilled_call");
    } catch (JsonProcessingException e) {
      throw new CommandException(file + " has an incomplete line: " + line, e);
    }
  }
}
