package dev.tollgate.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Lists budgets and how they stand. */
@Command(name = "list", description = "List the budgets and how they stand.")
final class ListBudgetsCommand implements Callable<Integer> {
  private final Session session;

  ListBudgetsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    JsonNode budgets = session.api().get(Api.path("admin", "budgets"));
    session.print(budgets, () -> BudgetText.table(budgets.path("budgets")));
    return ExitCode.OK;
  }
}
