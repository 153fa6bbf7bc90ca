package dev.tollgate.function.costs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CallStreamEvent;
import dev.tollgate.cost.ledger.CostLedger;
import dev.tollgate.cost.ledger.LedgerBatchInserted;
import dev.tollgate.event.EventPublisher;
import dev.tollgate.function.http.ApiGatewayHandler;
import dev.tollgate.function.http.TraceContexts;
import dev.tollgate.function.metrics.RequestTelemetry;
import io.quarkus.funqy.Funq;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * {@code costLedger}: the only one who writes into the ledger. Books the records that the calls
 * table's stream brings; a batch is booked whole or not at all, and if it throws, Lambda brings the
 * same batch again. Whatever else changes the books comes over the API.
 */
@Singleton
public class CostLedgerFunction {
  private static final Logger LOG = Logger.getLogger(CostLedgerFunction.class);

  private final ApiGatewayHandler front;
  private final CostLedgerRoutes routes;
  private final CostLedger ledger;
  private final EventPublisher events;
  private final RequestTelemetry telemetry;

  CostLedgerFunction(
      ApiGatewayHandler front,
      CostLedgerRoutes routes,
      CostLedger ledger,
      EventPublisher events,
      RequestTelemetry telemetry) {
    this.front = front;
    this.routes = routes;
    this.ledger = ledger;
    this.events = events;
    this.telemetry = telemetry;
  }

  @Funq("costLedger")
  public JsonNode handle(JsonNode event) {
    return event.has("Records")
        ? telemetry.record(TraceContexts.fromEvent(event), () -> recordBatch(event), _ -> 200)
        : front.handle(event, routes::handleHttp, routes::handleDirect);
  }

  private JsonNode recordBatch(JsonNode event) {
    CallStreamEvent stream = CallStreamEvent.parse(event);
    // It would never become readable: leaving it out, aloud, keeps it from holding up all others.
    stream.unreadable().forEach(record -> LOG.errorf("left out of the ledger: %s", record));
    events.publish(new LedgerBatchInserted(stream, ledger.insert(stream.calls())));
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.putArray("batchItemFailures");
    return answer;
  }
}
