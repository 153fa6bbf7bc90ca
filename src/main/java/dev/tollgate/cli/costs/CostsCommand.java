package dev.tollgate.cli.costs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reports costs, and holds the other commands on costs. */
@Command(name = "costs", description = "Report costs and maintain the cost ledger.")
public final class CostsCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final CostFilters filters = new CostFilters();

  @Option(
      names = "--by",
      split = ",",
      paramLabel = "DIMENSION",
      description = {
        "Group the calls by: day, team, user, endpoint, provider, model, prompt,",
        "prompt_version, purpose, cache."
      })
  private List<String> groupBy = new ArrayList<>();

  private CostsCommand(Session session) {
    this.session = session;
  }

  public static CommandLine commandLine(Session session) {
    return new CommandLine(new CostsCommand(session))
        .addSubcommand(new CallsCommand(session))
        .addSubcommand(new ExportCostsCommand(session))
        .addSubcommand(new RepriceCostsCommand(session))
        .addSubcommand(new RepairCostsCommand(session))
        .addSubcommand(new ReplayCostsCommand(session))
        .addSubcommand(new RebuildCostsCommand(session));
  }

  @Override
  public Integer call() {
    JsonNode report =
        session
            .api()
            .get(ApiClient.path("admin", "costs") + filters.query().addAll("group_by", groupBy));
    session.print(report, () -> CostText.report(report));
    return ExitCode.OK;
  }
}
