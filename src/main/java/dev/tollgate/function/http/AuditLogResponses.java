package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.ChainVerification;
import java.util.List;

/** A page of a ledger, and whether its chain is as it was written. */
public final class AuditLogResponses {
  private AuditLogResponses() {}

  /** Puts a page, newest first, into an answer. */
  public static ObjectNode addPage(
      ObjectNode answer, List<AuditEvent> events, ChainVerification chain) {
    ArrayNode list = answer.putArray("events");
    for (AuditEvent event : events) {
      list.add(event.toJson().put("hash", event.hash()));
    }
    answer.put(
        "chain",
        switch (chain) {
          case ChainVerification.Intact() -> "intact";
          case ChainVerification.Broken(long number) -> "broken at " + number;
        });
    boolean more = !events.isEmpty() && events.getLast().number() > 1;
    return answer.put("cursor", more ? Long.toString(events.getLast().number()) : null);
  }
}
