package dev.tollgate.function;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.CallRecord;
import dev.tollgate.cost.Price;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.PrintStream;

/**
 * The alarm for calls whose price is not known: the metric {@code UnpricedCalls} in the function's
 * own log, one line in CloudWatch's embedded metric format for each call that the price book could
 * only estimate.
 */
@Singleton
class UnpricedCalls {
  private static final String METRIC = "UnpricedCalls";

  private final PrintStream log;

  @Inject
  UnpricedCalls() {
    this(System.out);
  }

  UnpricedCalls(PrintStream log) {
    this.log = log;
  }

  /** Tells of a call if it is one of them. */
  void tell(CallRecord call) {
    if (call.priceStatus() == Price.Status.ESTIMATED && call.cost().signum() > 0) {
      log.println(line(call));
    }
  }

  private static ObjectNode line(CallRecord call) {
    ObjectNode line = JsonNodeFactory.withExactBigDecimals(true).objectNode();
    ObjectNode aws = line.putObject("_aws").put("Timestamp", call.time().toEpochMilli());
    ObjectNode metric = aws.putArray("CloudWatchMetrics").addObject().put("Namespace", "Tollgate");
    metric.putArray("Dimensions").addArray();
    metric.putArray("Metrics").addObject().put("Name", METRIC).put("Unit", "Count");
    return line.put(METRIC, 1)
        .put("call", call.id().value())
        .put("provider", call.provider())
        .put("model", call.model())
        .put("price_id", call.priceId())
        .put("cost_usd", call.cost());
  }
}
