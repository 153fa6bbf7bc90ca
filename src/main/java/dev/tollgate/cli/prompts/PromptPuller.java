package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ApiException;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.Json;
import dev.tollgate.promptfile.PromptDirectory;
import dev.tollgate.promptfile.PromptFile;
import dev.tollgate.promptfile.PromptFileDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes a version into its file. The registry decides whether a file already holds a version,
 * since only it knows the defaults of missing settings.
 */
final class PromptPuller {
  private final ApiClient api;
  private final PromptDirectory directory;
  private final boolean force;

  /**
   * @param force whether to overwrite content that is not registered
   */
  PromptPuller(ApiClient api, PromptDirectory directory, boolean force) {
    this.api = api;
    this.directory = directory;
    this.force = force;
  }

  /** Returns name, version, path, whether the file was written, and the removed file if any. */
  ObjectNode pull(String name, String ref) {
    ObjectNode version =
        (ObjectNode) api.get(ApiClient.path("admin", "prompts", name, "versions", ref));
    Optional<PromptFile> existing = directory.find(name);
    ObjectNode done =
        Json.object().put("name", name).<ObjectNode>set("version", version.path("version"));
    if (existing.isPresent()) {
      JsonNode registered = findRegistered(name, existing.get().registration());
      if (hasSameHash(registered, version)) {
        return done.put("path", existing.get().path().toString()).put("written", false);
      }
      if (!registered.path("version").isNumber() && !force) {
        throw new CommandException(
            "%s has content that is not registered. Push it, or overwrite it with --force."
                .formatted(existing.get().path()));
      }
    }
    PromptFileDraft draft = draft(name, version, existing);
    draft.write();
    done.put("path", draft.path().toString()).put("written", true);
    existing
        .map(PromptFile::path)
        .filter(path -> !path.equals(draft.path()))
        .ifPresent(path -> done.put("removed", remove(path).toString()));
    return done;
  }

  /** A text file if the version has only default settings and the prompt has no YAML file. */
  private PromptFileDraft draft(String name, ObjectNode version, Optional<PromptFile> existing) {
    boolean isTextFile =
        version.path("content").isTextual()
            && existing.map(file -> file.path().toString().endsWith(".txt")).orElse(true);
    if (isTextFile) {
      PromptFileDraft text = directory.draftText(name, version.path("content").textValue());
      if (hasSameHash(findRegistered(name, text.registration()), version)) {
        return text;
      }
    }
    PromptFileDraft settings = directory.draftWithSettings(name, version);
    if (!hasSameHash(findRegistered(name, settings.registration()), version)) {
      throw new CommandException(
          "Cannot write version %s as a prompt file. Nothing was written."
              .formatted(Json.text(version.path("version"))));
    }
    return settings;
  }

  /** Hashes of the content and the version that has it, if it is registered. */
  private JsonNode findRegistered(String name, ObjectNode registration) {
    try {
      return api.post(DriftChecker.path(name), registration).path("file");
    } catch (ApiException e) {
      if (e.isInvalid()) {
        return Json.object();
      }
      throw e;
    }
  }

  private static boolean hasSameHash(JsonNode registered, ObjectNode version) {
    return registered.path("version_hash").isTextual()
        && registered.path("version_hash").equals(version.path("version_hash"));
  }

  private static Path remove(Path file) {
    try {
      Files.delete(file);
      return file;
    } catch (IOException e) {
      throw new CommandException("Cannot remove " + file + ": " + e.getMessage(), e);
    }
  }
}
