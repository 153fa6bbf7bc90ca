package dev.tollgate.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes a budget away. */
@Command(
    name = "delete",
    description = "Take a budget away; what was spent of it stays on record.",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.OK_HELP, ExitCode.ERROR_HELP})
final class DeleteBudgetCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final BudgetArgument budget = new BudgetArgument();

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it goes on record.")
  private Optional<String> reason = Optional.empty();

  DeleteBudgetCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ObjectNode body = Json.object();
    reason.ifPresent(text -> body.put("reason", text));
    JsonNode deleted = session.api().delete(budget.path(), body, OptionalLong.empty());
    session.print(deleted, () -> "%s is no budget any more".formatted(budget));
    return ExitCode.OK;
  }
}
