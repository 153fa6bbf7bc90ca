package dev.tollgate.cli.budgets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CommandGroup;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.ReasonOption;
import dev.tollgate.cli.client.Session;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The commands on budgets. */
@Command(
    name = "budgets",
    description = "Manage spending limits of keys, teams, prompts and the installation.")
public final class BudgetsCommand {
  private final Session session;

  private BudgetsCommand(Session session) {
    this.session = session;
  }

  public static CommandLine commandLine(Session session) {
    return CommandGroup.order(
        new CommandLine(new BudgetsCommand(session)), "list", "show", "set", "delete");
  }

  @Command(name = "list", description = "List the budgets and their usage.")
  int list() {
    JsonNode budgets = session.api().get(ApiClient.path("admin", "budgets"));
    session.print(budgets, () -> BudgetText.table(budgets.path("budgets")));
    return ExitCode.OK;
  }

  @Command(name = "show", description = "Show a budget's usage and when it will run out.")
  int show(@Mixin BudgetArgument budget) {
    JsonNode shown = session.api().get(budget.path());
    session.print(shown, () -> BudgetText.details(shown));
    return ExitCode.OK;
  }

  @Command(name = "set", description = "Create or update a budget.")
  int set(
      @Mixin BudgetArgument budget,
      @Option(
              names = "--period",
              defaultValue = "monthly",
              paramLabel = "PERIOD",
              description = "daily or monthly, in UTC; default: ${DEFAULT-VALUE}.")
          String period,
      @Option(
              names = "--hard",
              paramLabel = "USD",
              description = "Hard limit: calls that could exceed it are rejected.")
          Optional<BigDecimal> hard,
      @Option(
              names = "--soft",
              paramLabel = "USD",
              description = "Warning threshold: from it on, callers and operators are warned.")
          Optional<BigDecimal> soft,
      @Mixin ReasonOption reason) {
    ObjectNode body = Json.object().put("period", period);
    hard.ifPresent(limit -> body.put("hard_usd", limit));
    soft.ifPresent(limit -> body.put("soft_usd", limit));
    reason.putInto(body);
    JsonNode set = session.api().put(budget.path(), body, OptionalLong.empty());
    session.print(set, () -> BudgetText.details(set));
    return ExitCode.OK;
  }

  @Command(name = "delete", description = "Delete a budget. Its spending stays in the cost ledger.")
  int delete(@Mixin BudgetArgument budget, @Mixin ReasonOption reason) {
    ObjectNode body = reason.putInto(Json.object());
    JsonNode deleted = session.api().delete(budget.path(), body, OptionalLong.empty());
    session.print(deleted, () -> "Deleted budget %s.".formatted(budget));
    return ExitCode.OK;
  }
}
