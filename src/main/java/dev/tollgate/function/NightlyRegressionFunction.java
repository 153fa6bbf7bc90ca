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
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** {@code nightlyRegression}: lists the prompts in production. */
@Singleton
public class NightlyRegressionFunction {
  private static final Logger LOG = Logger.getLogger(NightlyRegressionFunction.class);

  private static final int PAGE = 100;

  private final PromptStore store;

  NightlyRegressionFunction(PromptStore store) {
    this.store = store;
  }

  @Funq("nightlyRegression")
  public JsonNode list(JsonNode event) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode prompts = answer.putArray("prompts");
    Optional<PromptName> last = Optional.empty();
    List<PromptHead> heads;
    do {
      heads = store.heads(last, PAGE);
      for (PromptHead head : heads) {
        if (head.active().isPresent()) {
          int version = head.active().getAsInt();
          prompts.addObject().put("name", head.name().value()).put("active_version", version);
          LOG.infof("%s is at version %d", head.name(), version);
        }
        last = Optional.of(head.name());
      }
    } while (heads.size() == PAGE);
    return answer;
  }
}
