package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ApiException;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.Json;
import dev.tollgate.promptfile.PromptDirectory;
import dev.tollgate.promptfile.PromptFile;
import java.util.Optional;

/** Compares prompt files with their active versions, using the registry's comparison. */
final class DriftChecker {
  private final ApiClient api;
  private final PromptDirectory directory;
  private final GitHistory git;

  DriftChecker(ApiClient api, PromptDirectory directory, GitHistory git) {
    this.api = api;
    this.directory = directory;
    this.git = git;
  }

  /** The registry's comparison of a prompt, or one of the same shape if there is no file. */
  JsonNode check(String name) {
    Optional<PromptFile> file = directory.find(name);
    if (file.isEmpty()) {
      return missingFile(name);
    }
    ObjectNode body = file.get().registration();
    body.putArray("former").addAll(FileHistory.of(file.get(), directory, git));
    return api.post(path(name), body);
  }

  static String path(String name) {
    return ApiClient.path("admin", "prompts", name, "drift");
  }

  static Optional<DriftState> state(JsonNode drift) {
    return DriftState.of(drift.path("state").asText());
  }

  static boolean isSame(JsonNode drift) {
    return state(drift).equals(Optional.of(DriftState.SAME));
  }

  private ObjectNode missingFile(String name) {
    JsonNode head;
    try {
      head = api.get(ApiClient.path("admin", "prompts", name) + "?limit=1");
    } catch (ApiException e) {
      if (e.isNotFound()) {
        throw new CommandException(
            "%s has no file and is not registered. Check its name and --dir.".formatted(name));
      }
      throw e;
    }
    ObjectNode drift =
        Json.object()
            .put("name", name)
            .put("state", DriftState.MISSING_FILE.id())
            .put("direction", DriftState.MISSING_FILE.direction())
            .putNull("file");
    drift
        .putObject("registry")
        .<ObjectNode>set("active_version", head.path("active_version"))
        .set("latest_version", head.path("latest_version"));
    drift.putArray("changes");
    return drift
        .putNull("unified")
        .put("message", "The registry has " + name + ", and there is no file of it.");
  }
}
