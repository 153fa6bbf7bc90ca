package dev.tollgate.local.schedule;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.template.LocalNames;
import dev.tollgate.local.template.Schedule;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/** What a function gets from a schedule: its Input, else EventBridge Scheduler's own event. */
final class ScheduledEvent {
  private ScheduledEvent() {}

  static byte[] payload(Schedule schedule, Instant due) {
    return schedule.input().orElseGet(() -> event(schedule, due)).getBytes(StandardCharsets.UTF_8);
  }

  private static String event(Schedule schedule, Instant due) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("version", "0");
    event.put("id", UUID.randomUUID().toString());
    event.put("detail-type", "Scheduled Event");
    event.put("source", "aws.scheduler");
    event.put("account", LocalNames.ACCOUNT);
    event.put("time", due.toString());
    event.put("region", LocalNames.REGION);
    event
        .putArray("resources")
        .add(
            "arn:aws:scheduler:%s:%s:schedule/default/%s"
                .formatted(LocalNames.REGION, LocalNames.ACCOUNT, schedule.name()));
    event.put("detail", "{}");
    return event.toString();
  }
}
