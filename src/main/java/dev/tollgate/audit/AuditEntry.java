package dev.tollgate.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One entry of the audit log: who changed what, when and why.
 *
 * @param actor the id of the key that made the change
 * @param target the changed thing, such as a label or a key
 * @param from the value before: a string, a number or a boolean
 * @param to the value after: a string, a number or a boolean
 * @param reason the reason, as the actor stated
 * @param runId the test run on which the change is based
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
      throw new IllegalArgumentException("from and to must be strings, numbers or booleans");
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

  public AuditEntry target(String value) {
    return new AuditEntry(type, actor, time, Optional.of(value), from, to, reason, runId);
  }

  /** Sets the version before, if there was one, and the version after. */
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
