package dev.tollgate.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.prompt.PromptHead;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.PromptStore;
import io.quarkus.funqy.Funq;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jboss.logging.Logger;

/** {@code nightlyRegression}: lists the prompts in production. */
@Singleton
public class NightlyRegressionFunction {
  private static final Logger LOG = Logger.getLogger(NightlyRegressionFunction.class);

  private final PromptStore store;

  NightlyRegressionFunction(PromptStore store) {
    this.store = store;
  }

  @Funq("nightlyRegression")
  public JsonNode list(JsonNode event) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode prompts = answer.putArray("prompts");
    for (PromptName name : store.names()) {
      Optional<PromptHead> head = store.findHead(name);
      if (head.isPresent() && head.get().active().isPresent()) {
        int version = head.get().active().getAsInt();
        prompts.addObject().put("name", name.value()).put("active_version", version);
        LOG.infof("%s is at version %d", name, version);
      }
    }
    return answer;
  }
}
