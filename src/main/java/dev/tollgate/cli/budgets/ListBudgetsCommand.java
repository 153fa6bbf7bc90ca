package dev.tollgate.cli.budgets;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists budgets and how they stand. */
@Command(name = "list", description = "List the budgets and how they stand.")
public final class ListBudgetsCommand implements Callable<Integer> {
  private final Session session;

  public ListBudgetsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    JsonNode budgets = session.api().get(ApiClient.path("admin", "budgets"));
    session.print(budgets, () -> BudgetText.table(budgets.path("budgets")));
    return ExitCode.OK;
  }
}
