package dev.tollgate.cli.costs;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CommandException;
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

/** Loads records that went to a function's log because the calls table did not take them. */
@Command(
    name = "replay",
    description =
        "Load calls from a function's log, where they are written when DynamoDB refuses them: lines"
            + " with {\"spilled_call\": ...}, whatever stands before or around them. A call that is"
            + " there already stays as it is.")
public final class ReplayCostsCommand implements Callable<Integer> {
  private static final String MARKER = "{\"spilled_call\":";
  private static final int BATCH_SIZE = 200;

  private final Session session;

  @Parameters(paramLabel = "FILE", description = "Lines of the function's log.")
  private String file = "";

  public ReplayCostsCommand(Session session) {
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
      throw new CommandException(file + " has no line with a spilled_call");
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
      JsonNode answer =
          api.post(ApiClient.path("admin", "costs", "replay"), Json.object().set("calls", batch));
      restored += answer.path("restored").asLong();
      from = to - answer.path("left").asInt();
    }
    ObjectNode replayed =
        Json.object().put("restored", restored).put("known", calls.size() - restored);
    session.print(
        replayed,
        () ->
            "%s calls are loaded, %s were there already"
                .formatted(
                    Json.text(replayed.path("restored")), Json.text(replayed.path("known"))));
    return ExitCode.OK;
  }

  /** The record in a line. Lambda may have put a time before it. */
  private JsonNode call(String line) {
    try {
      return Json.read(line.substring(line.indexOf(MARKER))).path("spilled_call");
    } catch (JsonProcessingException e) {
      throw new CommandException(file + " has a line that is cut: " + line, e);
    }
  }
}
