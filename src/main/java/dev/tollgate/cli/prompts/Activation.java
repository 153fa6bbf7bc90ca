package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.ReasonOption;
import java.util.Optional;
import java.util.OptionalLong;

/** Activates versions and rolls them back. */
final class Activation {
  private final ApiClient api;

  Activation(ApiClient api) {
    this.api = api;
  }

  JsonNode activate(
      String name, int version, boolean force, ReasonOption reason, OptionalLong revision) {
    ObjectNode body = reason.putInto(Json.object().put("version", version));
    if (force) {
      body.put("force", true);
    }
    return api.post(ApiClient.path("admin", "prompts", name, "activate"), body, revision);
  }

  JsonNode rollBack(
      String name, Optional<Integer> version, ReasonOption reason, OptionalLong revision) {
    ObjectNode body = reason.putInto(Json.object());
    version.ifPresent(number -> body.put("to_version", number));
    return api.post(ApiClient.path("admin", "prompts", name, "rollback"), body, revision);
  }

  static String text(JsonNode activated) {
    JsonNode previous = activated.path("previous_version");
    return "%s: version %s is active%s, revision %s"
        .formatted(
            activated.path("name").asText(),
            Json.text(activated.path("version")),
            previous.isNumber() ? " (previously version " + Json.text(previous) + ")" : "",
            Json.text(activated.path("revision")));
  }
}
