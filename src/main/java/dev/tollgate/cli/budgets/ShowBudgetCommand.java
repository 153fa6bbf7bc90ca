package dev.tollgate.cli.budgets;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows one budget. */
@Command(name = "show", description = "Show how a budget stands, and how long it will last.")
public final class ShowBudgetCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final BudgetArgument budget = new BudgetArgument();

  public ShowBudgetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    JsonNode shown = session.api().get(budget.path());
    session.print(shown, () -> BudgetText.details(shown));
    return ExitCode.OK;
  }
}
