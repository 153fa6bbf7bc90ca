package dev.tollgate.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cost.CallStream;
import dev.tollgate.cost.CostLedger;
import io.quarkus.funqy.Funq;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * {@code costLedger}: books the records that the calls table's stream brings. A batch is booked
 * whole or not at all; if it throws, Lambda brings the same batch again.
 */
@Singleton
public class CostLedgerFunction {
  private static final Logger LOG = Logger.getLogger(CostLedgerFunction.class);

  private final CostLedger ledger;

  CostLedgerFunction(CostLedger ledger) {
    this.ledger = ledger;
  }

  @Funq("costLedger")
  public JsonNode book(JsonNode event) {
    CallStream stream = CallStream.read(event);
    // It would never become readable: leaving it out, aloud, keeps it from holding up all others.
    stream.unreadable().forEach(record -> LOG.errorf("left out of the ledger: %s", record));
    int booked = ledger.book(stream.calls());
    LOG.debugf("booked %d of %d calls", booked, stream.calls().size());
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.putArray("batchItemFailures");
    return answer;
  }
}
