package dev.tollgate.audit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One link of a chain of events.
 *
 * @param subject whose chain it belongs to, so that no event can be passed off as another's
 * @param number 1, 2, 3 in the order of the chain
 * @param previousHash the hash of the event before
 */
public record Event(String subject, long number, Act act, String previousHash) {
  /** The event as JSON, without its hash. What was not said is null. */
  public ObjectNode json() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("number", number)
            .put("type", act.type().id())
            .put("actor", act.actor())
            .put("time", act.time().toString())
            .put("about", act.about().orElse(null));
    json.set("from", act.from().orElse(null));
    json.set("to", act.to().orElse(null));
    return json.put("reason", act.reason().orElse(null))
        .put("run_id", act.runId().orElse(null))
        .put("previous_hash", previousHash);
  }

  /** The SHA-256, in hex, of the RFC 8785 JSON of all components. */
  public String hash() {
    return Sha256.of(json().put("subject", subject));
  }
}
