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
 * @param about what was moved or changed, such as a label or a key
 * @param from what it was before: a string, a number or a boolean
 * @param to what it is now, likewise
 * @param reason why, as the actor said
 * @param runId the regression run that it rests on
 */
public record Act(
    EventType type,
    String actor,
    Instant time,
    Optional<String> about,
    Optional<JsonNode> from,
    Optional<JsonNode> to,
    Optional<String> reason,
    Optional<String> runId) {
  public Act {
    if (!from.map(JsonNode::isValueNode).orElse(true)
        || !to.map(JsonNode::isValueNode).orElse(true)) {
      throw new IllegalArgumentException("from and to are plain values");
    }
  }

  public static Act of(EventType type, String actor, Instant time) {
    return new Act(
        type,
        actor,
        time,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public Act about(String subject) {
    return new Act(type, actor, time, Optional.of(subject), from, to, reason, runId);
  }

  /** A version takes the place of another, or of none. */
  public Act moving(OptionalInt before, OptionalInt after) {
    return moving(number(before), number(after));
  }

  public Act moving(boolean before, boolean after) {
    return moving(
        Optional.of(BooleanNode.valueOf(before)), Optional.of(BooleanNode.valueOf(after)));
  }

  public Act moving(Optional<String> before, String after) {
    return moving(before.map(TextNode::valueOf), Optional.of(TextNode.valueOf(after)));
  }

  private Act moving(Optional<? extends JsonNode> before, Optional<? extends JsonNode> after) {
    return new Act(
        type, actor, time, about, before.map(it -> it), after.map(it -> it), reason, runId);
  }

  public Act because(Optional<String> why) {
    return new Act(type, actor, time, about, from, to, why, runId);
  }

  public Act restingOn(Optional<String> run) {
    return new Act(type, actor, time, about, from, to, reason, run);
  }

  private static Optional<IntNode> number(OptionalInt version) {
    return version.isPresent()
        ? Optional.of(IntNode.valueOf(version.getAsInt()))
        : Optional.empty();
  }
}
