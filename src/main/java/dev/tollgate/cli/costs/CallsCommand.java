package dev.tollgate.cli.costs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists calls. */
@Command(name = "calls", description = "List calls, newest first, with one line for each attempt.")
final class CallsCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final CostFilters filters = new CostFilters();

  @Option(names = "--call-id", paramLabel = "ID", description = "Only attempts of this call.")
  private Optional<String> callId = Optional.empty();

  @Option(names = "--key-id", paramLabel = "ID", description = "Only calls with this key.")
  private List<String> keys = new ArrayList<>();

  @Option(names = "--failed", description = "Only failed calls.")
  private boolean failed;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "Maximum number of lines; default: ${DEFAULT-VALUE}.")
  private String limit = "50";

  CallsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CostFilters.Query query = filters.query().addAll("key_id", keys).add("limit", limit);
    callId.ifPresent(id -> query.add("call_id", id));
    if (failed) {
      query.add("failed", "true");
    }
    JsonNode calls = session.api().get(ApiClient.path("admin", "costs", "calls") + query);
    session.print(calls, () -> CostText.calls(calls));
    return ExitCode.OK;
  }
}
