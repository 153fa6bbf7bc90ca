package dev.tollgate.cli.budgets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.ReasonOption;
import dev.tollgate.cli.client.Session;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Takes a budget away. */
@Command(name = "delete", description = "Take a budget away; what was spent of it stays on record.")
public final class DeleteBudgetCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final BudgetArgument budget = new BudgetArgument();

  @Mixin private final ReasonOption reason = new ReasonOption();

  public DeleteBudgetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ObjectNode body = reason.putInto(Json.object());
    JsonNode deleted = session.api().delete(budget.path(), body, OptionalLong.empty());
    session.print(deleted, () -> "%s is no budget any more".formatted(budget));
    return ExitCode.OK;
  }
}
