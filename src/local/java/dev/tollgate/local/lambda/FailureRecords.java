package dev.tollgate.local.lambda;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.template.FunctionDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;

/** Keeps what would go to a function's on-failure destination: one JSON file for each record. */
final class FailureRecords {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SUCCESS = 200;

  private final Path folder;
  private final Clock clock;

  FailureRecords(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  void add(FunctionDefinition function, byte[] payload, int attempts, InvocationResult last)
      throws IOException {
    ObjectNode record = JSON.createObjectNode();
    record.put("version", "1.0");
    record.put("timestamp", clock.instant().toString());
    ObjectNode request = record.putObject("requestContext");
    request.put("requestId", last.requestId());
    request.put("functionArn", function.arn() + ":" + LambdaService.VERSION);
    request.put("condition", "RetriesExhausted");
    request.put("approximateInvokeCount", attempts);
    record.set("requestPayload", JSON.readTree(payload));
    ObjectNode response = record.putObject("responseContext");
    response.put("statusCode", SUCCESS);
    response.put("executedVersion", LambdaService.VERSION);
    response.put("functionError", LambdaService.FUNCTION_ERROR);
    record.set("responsePayload", JSON.readTree(last.payload()));

    Files.createDirectories(folder);
    Path file = folder.resolve(function.functionName() + "-" + last.requestId() + ".json");
    Path unfinished = folder.resolve("." + file.getFileName() + ".unfinished");
    JSON.writerWithDefaultPrettyPrinter().writeValue(unfinished.toFile(), record);
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
