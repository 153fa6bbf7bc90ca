package dev.tollgate.cli.keys;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Table;

/** Renders keys as text. */
final class KeyText {
  private KeyText() {}

  static String table(JsonNode keys) {
    Table table =
        new Table(
            "ID", "STATUS", "TEAM", "NAME", "ROLES", "MODELS", "PROMPTS", "CREATED", "EXPIRES");
    for (JsonNode key : keys) {
      table.row(
          Json.text(key.path("id")),
          Json.text(key.path("status")),
          Json.text(key.path("team")),
          Json.text(key.path("name")),
          Json.text(key.path("roles")),
          Json.text(key.path("models")),
          Json.text(key.path("prompts")),
          Json.text(key.path("created")),
          Json.text(key.path("expires_at")));
    }
    return table.toString();
  }

  /** A new key with its secret, which cannot be looked up later. */
  static String issued(JsonNode key) {
    return """
    key      %s
    team     %s
    roles    %s
    expires  %s
    secret   %s

    The secret is shown only once. Store it now.
    """
        .formatted(
            Json.text(key.path("id")),
            Json.text(key.path("team")),
            Json.text(key.path("roles")),
            Json.text(key.path("expires_at")),
            Json.text(key.path("secret")));
  }
}
