package dev.tollgate.function.invoke;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelInfo;
import java.time.Instant;
import java.util.List;

/** Models in the shapes of the providers, whose clients demand times that nobody needs. */
final class ModelResponses {
  private ModelResponses() {}

  static ObjectNode openAi(List<ModelInfo> models) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("object", "list");
    ArrayNode data = body.putArray("data");
    models.forEach(model -> data.add(openAi(model)));
    return body;
  }

  static ObjectNode openAi(ModelInfo model) {
    ObjectNode entry =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", model.model())
            .put("object", "model")
            .put("created", Instant.EPOCH.getEpochSecond())
            .put("owned_by", model.provider().id());
    model.retirementDate().ifPresent(date -> entry.put("shutdown_date", date.toString()));
    return entry;
  }

  static ObjectNode anthropic(List<ModelInfo> models) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode data = body.putArray("data");
    models.forEach(model -> data.add(anthropic(model)));
    return body.put("has_more", false)
        .put("first_id", models.isEmpty() ? null : models.getFirst().model())
        .put("last_id", models.isEmpty() ? null : models.getLast().model());
  }

  static ObjectNode anthropic(ModelInfo model) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "model")
        .put("id", model.model())
        .put("display_name", model.model())
        .put("created_at", Instant.EPOCH.toString());
  }
}
