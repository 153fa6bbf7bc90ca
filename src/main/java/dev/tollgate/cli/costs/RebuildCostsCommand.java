package dev.tollgate.cli.costs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.FunctionOptions;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.LambdaFunction;
import dev.tollgate.cli.client.PagedResponse;
import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Rebuilds the ledger. Only callers that can invoke the function itself can do this. */
@Command(
    name = "rebuild",
    description = {
      "Empty the cost ledger and import all calls from the calls table again. Adjustments stay."
          + " Reports are too low until the command ends. Invokes the Lambda function directly,"
          + " with the AWS credentials of this shell or, if LAMBDA_URL is set, in a local cloud."
          + " Needs neither --url nor --key."
    })
final class RebuildCostsCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final FunctionOptions function = new FunctionOptions();

  RebuildCostsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    LambdaFunction ledger = function.resolve(session, "tollgate-costLedger");
    ledger.invoke(Json.object().put("action", "clear"));
    ObjectNode rebuilt =
        PagedResponse.fetchAll(Json.object().put("action", "repair"), ledger::invoke)
            .sum("read", "booked", "unreadable");
    rebuilt.remove("day");
    session.print(rebuilt, () -> RepairCostsCommand.text(rebuilt));
    return ExitCode.OK;
  }
}
