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
 * Brings a version into its file. Whether a file holds a version is asked of the registry, which
 * alone knows what a setting that is not said means.
 */
final class PromptPuller {
  private final ApiClient api;
  private final PromptDirectory directory;
  private final boolean force;

  /**
   * @param force whether content that no version has may be overwritten
   */
  PromptPuller(ApiClient api, PromptDirectory directory, boolean force) {
    this.api = api;
    this.directory = directory;
    this.force = force;
  }

  /** Returns what was done: name, version, path, written, and the file that was removed if any. */
  ObjectNode pull(String name, String ref) {
    ObjectNode version =
        (ObjectNode) api.get(ApiClient.path("admin", "prompts", name, "versions", ref));
    Optional<PromptFile> existing = directory.find(name);
    ObjectNode done =
        Json.object().put("name", name).<ObjectNode>set("version", version.path("version"));
    if (existing.isPresent()) {
      JsonNode held = findRegistered(name, existing.get().registration());
      if (hasSameHash(held, version)) {
        return done.put("path", existing.get().path().toString()).put("written", false);
      }
      if (!held.path("version").isNumber() && !force) {
        throw new CommandException(
            "%s holds content that no version has: push it, or overwrite it with --force"
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

  /** A text alone if that says it all, unless the prompt has a file with settings already. */
  private PromptFileDraft draft(String name, ObjectNode version, Optional<PromptFile> existing) {
    boolean mayBeText =
        version.path("content").isTextual()
            && existing.map(file -> file.path().toString().endsWith(".txt")).orElse(true);
    if (mayBeText) {
      PromptFileDraft text = directory.draftText(name, version.path("content").textValue());
      if (hasSameHash(findRegistered(name, text.registration()), version)) {
        return text;
      }
    }
    PromptFileDraft settings = directory.draftWithSettings(name, version);
    if (!hasSameHash(findRegistered(name, settings.registration()), version)) {
      throw new CommandException(
          "a prompt file cannot hold version %s; nothing was written"
              .formatted(Json.text(version.path("version"))));
    }
    return settings;
  }

  /** What the registry knows of content: its hashes, and the version that has it. */
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

  private static boolean hasSameHash(JsonNode held, ObjectNode version) {
    return held.path("version_hash").isTextual()
        && held.path("version_hash").equals(version.path("version_hash"));
  }

  private static Path remove(Path file) {
    try {
      Files.delete(file);
      return file;
    } catch (IOException e) {
      throw new CommandException(file + ": cannot be removed: " + e.getMessage(), e);
    }
  }
}
