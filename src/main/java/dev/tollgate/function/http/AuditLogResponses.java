package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditLog;
import dev.tollgate.audit.ChainVerification;
import dev.tollgate.json.JsonNodes;
import java.util.List;

/** Pages of an audit log, and whether its hash chain is intact. */
public final class AuditLogResponses {
  private AuditLogResponses() {}

  /** The newest events before a number. */
  public static ObjectNode page(AuditLog events, int limit, long before) {
    return addPage(JsonNodes.object(), events.findNewest(before, limit), events.verify());
  }

  /** Adds a page, newest first. */
  public static ObjectNode addPage(
      ObjectNode response, List<AuditEvent> events, ChainVerification chain) {
    ArrayNode list = response.putArray("events");
    for (AuditEvent event : events) {
      list.add(event.toJson().put("hash", event.hash()));
    }
    response.put(
        "chain",
        switch (chain) {
          case ChainVerification.Intact() -> "intact";
          case ChainVerification.Broken(long number) -> "broken at " + number;
        });
    boolean more = !events.isEmpty() && events.getLast().number() > 1;
    return response.put("cursor", more ? Long.toString(events.getLast().number()) : null);
  }
}
