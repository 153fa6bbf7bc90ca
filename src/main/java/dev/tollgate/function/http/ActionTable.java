package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The actions of a function: {@code {"action": ..., ...}} from principals that IAM allows. */
public final class ActionTable {
  /** An action, and what handles its fields. */
  public record Action(String name, Function<ObjectNode, JsonNode> handler) {}

  private final String function;
  private final Map<String, Action> actions = new LinkedHashMap<>();

  public ActionTable(String function, Collection<Action> actions) {
    this.function = function;
    actions.forEach(action -> this.actions.put(action.name(), action));
  }

  public String function() {
    return function;
  }

  public Set<String> names() {
    return Set.copyOf(actions.keySet());
  }

  JsonNode handle(String name, ObjectNode fields) {
    Action action = actions.get(name);
    if (action == null) {
      throw new ApiException(
          ApiError.invalid(
              "action",
              "Unknown action %s. Actions of %s: %s."
                  .formatted(name, function, String.join(", ", actions.keySet()))));
    }
    return action.handler().apply(fields);
  }
}
