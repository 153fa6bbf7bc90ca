package dev.tollgate.function.invoke;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.provider.ModelInfo;
import java.time.Instant;
import java.util.List;

/** Models in the formats of the providers. Their clients require a creation time. */
final class ModelResponses {
  private ModelResponses() {}

  static ObjectNode openAi(List<ModelInfo> models) {
    ObjectNode body = JsonNodes.object().put("object", "list");
    ArrayNode data = body.putArray("data");
    models.forEach(model -> data.add(openAi(model)));
    return body;
  }

  static ObjectNode openAi(ModelInfo model) {
    ObjectNode entry =
        JsonNodes.object()
            .put("id", model.model())
            .put("object", "model")
            .put("created", Instant.EPOCH.getEpochSecond())
            .put("owned_by", model.provider().id());
    model.retirementDate().ifPresent(date -> entry.put("shutdown_date", date.toString()));
    return entry;
  }

  static ObjectNode anthropic(List<ModelInfo> models) {
    ObjectNode body = JsonNodes.object();
    ArrayNode data = body.putArray("data");
    models.forEach(model -> data.add(anthropic(model)));
    return body.put("has_more", false)
        .put("first_id", models.isEmpty() ? null : models.getFirst().model())
        .put("last_id", models.isEmpty() ? null : models.getLast().model());
  }

  static ObjectNode anthropic(ModelInfo model) {
    return JsonNodes.object()
        .put("type", "model")
        .put("id", model.model())
        .put("display_name", model.model())
        .put("created_at", Instant.EPOCH.toString());
  }
}
