package dev.tollgate.function.costs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CallStreamEvent;
import dev.tollgate.cost.ledger.CostLedger;
import dev.tollgate.cost.ledger.LedgerBatchInserted;
import dev.tollgate.event.EventPublisher;
import dev.tollgate.function.http.ActionTable;
import dev.tollgate.function.http.ApiGatewayHandler;
import dev.tollgate.function.http.RouteTable;
import dev.tollgate.function.http.TraceContexts;
import dev.tollgate.function.metrics.RequestTelemetry;
import dev.tollgate.json.JsonNodes;
import io.quarkus.funqy.Funq;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * {@code costLedger}: the only writer of the cost ledger. Inserts the call records of the calls
 * table's stream. A batch is inserted completely or not at all, and Lambda retries a batch that
 * fails. Its routes change the ledger as well.
 */
@Singleton
public class CostLedgerFunction {
  private static final Logger LOG = Logger.getLogger(CostLedgerFunction.class);

  private final ApiGatewayHandler gateway;
  private final RouteTable routes;
  private final ActionTable actions;
  private final CostLedger ledger;
  private final EventPublisher events;
  private final RequestTelemetry telemetry;

  CostLedgerFunction(
      ApiGatewayHandler gateway,
      CostLedgerRoutes ledgerRoutes,
      CostLedger ledger,
      EventPublisher events,
      RequestTelemetry telemetry) {
    this.gateway = gateway;
    this.routes = new RouteTable(ledgerRoutes.routes());
    this.actions = new ActionTable("costLedger", ledgerRoutes.actions());
    this.ledger = ledger;
    this.events = events;
    this.telemetry = telemetry;
  }

  @Funq("costLedger")
  public JsonNode handle(JsonNode event) {
    return event.has("Records")
        ? telemetry.record(TraceContexts.fromEvent(event), () -> recordBatch(event), _ -> 200)
        : gateway.handle(event, routes, actions);
  }

  public RouteTable routes() {
    return routes;
  }

  public ActionTable actions() {
    return actions;
  }

  private JsonNode recordBatch(JsonNode event) {
    CallStreamEvent stream = CallStreamEvent.parse(event);
    // A retry cannot help these records, and would block all others.
    stream.unreadable().forEach(record -> LOG.errorf("Skipped unreadable call record: %s", record));
    events.publish(new LedgerBatchInserted(stream, ledger.insert(stream.calls())));
    ObjectNode response = JsonNodes.object();
    response.putArray("batchItemFailures");
    return response;
  }
}
