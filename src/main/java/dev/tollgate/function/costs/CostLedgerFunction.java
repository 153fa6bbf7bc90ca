package dev.tollgate.function.costs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.calls.CallStreamEvent;
import dev.tollgate.cost.ledger.CostLedger;
import dev.tollgate.function.http.Front;
import dev.tollgate.function.http.Traces;
import dev.tollgate.function.metrics.EmbeddedMetrics;
import dev.tollgate.function.metrics.RequestWatch;
import dev.tollgate.function.metrics.UnpricedCalls;
import io.quarkus.funqy.Funq;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * {@code costLedger}: the only one who writes into the ledger. Books the records that the calls
 * table's stream brings; a batch is booked whole or not at all, and if it throws, Lambda brings the
 * same batch again. Whatever else changes the books comes over the API.
 */
@Singleton
public class CostLedgerFunction {
  private static final Logger LOG = Logger.getLogger(CostLedgerFunction.class);

  private final Front front;
  private final LedgerRoutes routes;
  private final CostLedger ledger;
  private final UnpricedCalls unpriced;
  private final EmbeddedMetrics metrics;
  private final RequestWatch watch;

  CostLedgerFunction(
      Front front,
      LedgerRoutes routes,
      CostLedger ledger,
      UnpricedCalls unpriced,
      EmbeddedMetrics metrics,
      RequestWatch watch) {
    this.front = front;
    this.routes = routes;
    this.ledger = ledger;
    this.unpriced = unpriced;
    this.metrics = metrics;
    this.watch = watch;
  }

  @Funq("costLedger")
  public JsonNode handle(JsonNode event) {
    return event.has("Records")
        ? watch.watch(Traces.of(event), () -> book(event), _ -> 200)
        : front.handle(event, routes::http, routes::direct);
  }

  private JsonNode book(JsonNode event) {
    CallStreamEvent stream = CallStreamEvent.parse(event);
    // It would never become readable: leaving it out, aloud, keeps it from holding up all others.
    stream.unreadable().forEach(record -> LOG.errorf("left out of the ledger: %s", record));
    int booked = ledger.insert(stream.calls());
    metrics.write(
        Map.of("BookedCalls", booked, "UnreadableCalls", stream.unreadable().size()),
        JsonNodeFactory.instance.objectNode());
    // Not before they are booked: a batch that comes again must not ring again.
    stream.calls().forEach(unpriced::tell);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.putArray("batchItemFailures");
    return answer;
  }
}
