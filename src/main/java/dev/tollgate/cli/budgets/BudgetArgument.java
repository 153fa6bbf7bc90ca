package dev.tollgate.cli.budgets;

import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CommandException;
import picocli.CommandLine.Parameters;

/** The budget that a command is about. */
final class BudgetArgument {
  @Parameters(
      paramLabel = "BUDGET",
      description = "team/NAME, prompt/NAME, key/ID or installation/all.")
  private String budget = "";

  /** Its path in the API. */
  String path() {
    int slash = budget.indexOf('/');
    if (slash < 1 || slash == budget.length() - 1) {
      throw new CommandException(
          "%s is no budget: name it as team/NAME, prompt/NAME, key/ID or installation/all"
              .formatted(budget));
    }
    return ApiClient.path(
        "admin", "budgets", budget.substring(0, slash), budget.substring(slash + 1));
  }

  @Override
  public String toString() {
    return budget;
  }
}
