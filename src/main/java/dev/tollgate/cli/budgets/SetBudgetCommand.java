package dev.tollgate.cli.budgets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.ReasonOption;
import dev.tollgate.cli.client.Session;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sets a budget. */
@Command(name = "set", description = "Set a budget, or give it other terms.")
public final class SetBudgetCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final BudgetArgument budget = new BudgetArgument();

  @Option(
      names = "--period",
      defaultValue = "monthly",
      paramLabel = "PERIOD",
      description = "daily or monthly, in UTC; default: ${DEFAULT-VALUE}.")
  private String period = "";

  @Option(
      names = "--hard",
      paramLabel = "USD",
      description = "The limit beyond which no call is made.")
  private Optional<BigDecimal> hard = Optional.empty();

  @Option(
      names = "--soft",
      paramLabel = "USD",
      description = "The limit from which on callers and operators are told.")
  private Optional<BigDecimal> soft = Optional.empty();

  @Mixin private final ReasonOption reason = new ReasonOption();

  public SetBudgetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ObjectNode body = Json.object().put("period", period);
    hard.ifPresent(limit -> body.put("hard_usd", limit));
    soft.ifPresent(limit -> body.put("soft_usd", limit));
    reason.putInto(body);
    JsonNode set = session.api().put(budget.path(), body, OptionalLong.empty());
    session.print(set, () -> BudgetText.details(set));
    return ExitCode.OK;
  }
}
