package dev.tollgate.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Something that was done.
 *
 * @param actor the id of the key that did it
 * @param target what was moved or changed, such as a label or a key
 * @param from what it was before: a string, a number or a boolean
 * @param to what it is now, likewise
 * @param reason why, as the actor said
 * @param runId the regression run that it rests on
 */
public record AuditEntry(
    AuditEventType type,
    String actor,
    Instant time,
    Optional<String> target,
    Optional<JsonNode> from,
    Optional<JsonNode> to,
    Optional<String> reason,
    Optional<String> runId) {
  public AuditEntry {
    if (!from.map(JsonNode::isValueNode).orElse(true)
        || !to.map(JsonNode::isValueNode).orElse(true)) {
      throw new IllegalArgumentException("from and to are plain values");
    }
  }

  public static AuditEntry of(AuditEventType type, String actor, Instant time) {
    return new AuditEntry(
        type,
        actor,
        time,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public AuditEntry target(String what) {
    return new AuditEntry(type, actor, time, Optional.of(what), from, to, reason, runId);
  }

  /** A version takes the place of another, or of none. */
  public AuditEntry change(OptionalInt before, OptionalInt after) {
    return change(number(before), number(after));
  }

  public AuditEntry change(boolean before, boolean after) {
    return change(
        Optional.of(BooleanNode.valueOf(before)), Optional.of(BooleanNode.valueOf(after)));
  }

  public AuditEntry change(Optional<String> before, String after) {
    return change(before.map(TextNode::valueOf), Optional.of(TextNode.valueOf(after)));
  }

  private AuditEntry change(
      Optional<? extends JsonNode> before, Optional<? extends JsonNode> after) {
    return new AuditEntry(
        type, actor, time, target, before.map(it -> it), after.map(it -> it), reason, runId);
  }

  public AuditEntry reason(Optional<String> why) {
    return new AuditEntry(type, actor, time, target, from, to, why, runId);
  }

  public AuditEntry runId(Optional<String> run) {
    return new AuditEntry(type, actor, time, target, from, to, reason, run);
  }

  private static Optional<IntNode> number(OptionalInt version) {
    return version.isPresent()
        ? Optional.of(IntNode.valueOf(version.getAsInt()))
        : Optional.empty();
  }
}
