package bound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Map;

class Bound {
  record Unregistered(String some) {}

  @RegisterForReflection
  record Registered(String some) {}

  void bind(ObjectMapper json, JsonNode tree, Unregistered some) throws Exception {
    json.readValue("{}", Unregistered.class);
    json.treeToValue(tree, Unregistered.class);
    json.convertValue(tree, Unregistered.class);
    json.valueToTree(some);
    json.writeValueAsString(some);
    json.readerFor(Unregistered.class);
    json.readValue("{}", Registered.class);
    json.writeValueAsString(tree);
    json.valueToTree(Map.of("some", 1));
  }
}
