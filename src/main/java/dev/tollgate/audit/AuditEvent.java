package dev.tollgate.audit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One link of a chain of events.
 *
 * @param subject the owner of the chain, so that an event cannot be moved to another chain
 * @param number the position in the chain, from 1
 * @param previousHash the hash of the previous event
 */
public record AuditEvent(String subject, long number, AuditEntry entry, String previousHash) {
  /** The event as JSON, without its hash. Absent values are null. */
  public ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("number", number)
            .put("type", entry.type().id())
            .put("actor", entry.actor())
            .put("time", entry.time().toString())
            .put("about", entry.target().orElse(null));
    json.set("from", entry.from().orElse(null));
    json.set("to", entry.to().orElse(null));
    return json.put("reason", entry.reason().orElse(null))
        .put("run_id", entry.runId().orElse(null))
        .put("previous_hash", previousHash);
  }

  /** The SHA-256, in hex, of the RFC 8785 JSON of all components. */
  public String hash() {
    return Sha256.of(toJson().put("subject", subject));
  }
}
