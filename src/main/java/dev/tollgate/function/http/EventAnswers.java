package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.audit.Chain;
import dev.tollgate.audit.Event;
import java.util.List;

/** A page of a ledger, and whether its chain is as it was written. */
public final class EventAnswers {
  private EventAnswers() {}

  /** Puts a page, newest first, into an answer. */
  public static ObjectNode put(ObjectNode answer, List<Event> events, Chain chain) {
    ArrayNode list = answer.putArray("events");
    for (Event event : events) {
      list.add(event.json().put("hash", event.hash()));
    }
    answer.put(
        "chain",
        switch (chain) {
          case Chain.Intact() -> "intact";
          case Chain.Broken(long number) -> "broken at " + number;
        });
    boolean more = !events.isEmpty() && events.getLast().number() > 1;
    return answer.put("cursor", more ? Long.toString(events.getLast().number()) : null);
  }
}
