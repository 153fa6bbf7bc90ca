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

/** Makes the ledger anew, as only those may who may invoke the function itself. */
@Command(
    name = "rebuild",
    description = {
      "Empty the ledger and book all calls of the calls table again. Adjustments are kept; reports"
          + " are too low until it is done. Invokes the function itself, with the AWS credentials"
          + " of this shell or, if LAMBDA_URL is set, in a local cloud. Needs neither --url nor"
          + " --key."
    })
public final class RebuildCostsCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final FunctionOptions function = new FunctionOptions();

  public RebuildCostsCommand(Session session) {
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
