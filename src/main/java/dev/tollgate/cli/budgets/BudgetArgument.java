package dev.tollgate.cli.budgets;

import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CommandException;
import picocli.CommandLine.Parameters;

/** The budget that a command shows or changes. */
final class BudgetArgument {
  private static final String FORMS = "team/NAME, prompt/NAME, key/ID or installation/all.";

  @Parameters(paramLabel = "BUDGET", description = FORMS)
  private String budget = "";

  /** The budget's path in the API. */
  String path() {
    int slash = budget.indexOf('/');
    if (slash < 1 || slash == budget.length() - 1) {
      throw new CommandException("Invalid budget \"%s\". Use %s".formatted(budget, FORMS));
    }
    return ApiClient.path(
        "admin", "budgets", budget.substring(0, slash), budget.substring(slash + 1));
  }

  @Override
  public String toString() {
    return budget;
  }
}
