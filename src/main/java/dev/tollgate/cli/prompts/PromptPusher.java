package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import dev.tollgate.promptfile.PromptFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Registers prompt files and stores their test suites. */
final class PromptPusher {
  private final Session session;
  private final ApiClient api;
  private final FilesOption files;
  private final RegistrationOptions options;

  PromptPusher(Session session, ApiClient api, FilesOption files, RegistrationOptions options) {
    this.session = session;
    this.api = api;
    this.files = files;
    this.options = options;
  }

  /**
   * Registers a file and stores its test suite.
   *
   * @param done receives the results of the steps
   * @return the version with the file's content
   */
  JsonNode push(PromptFile file, ObjectNode done) {
    JsonNode registered = findOrRegister(file);
    done.set("registered", registered);
    for (JsonNode warning : registered.path("warnings")) {
      session.printMessage("%s: %s".formatted(file.name(), warning.path("message").asText()));
    }
    file.suite().ifPresent(suite -> done.set("suite", storeSuite(file, suite)));
    return registered;
  }

  /**
   * The version with the file's content, registered if there is none. Registration itself compares
   * only with the newest version, so pushing the same file again could add a version.
   */
  private JsonNode findOrRegister(PromptFile file) {
    JsonNode drift = api.post(DriftChecker.path(file.name()), file.registration());
    JsonNode version =
        DriftChecker.isSame(drift)
            ? drift.path("registry").path("active_version")
            : drift.path("file").path("version");
    if (!version.isNumber()) {
      return api.post(
          ApiClient.path("admin", "prompts", file.name(), "versions"), registrationBody(file));
    }
    ObjectNode known = Json.object().put("name", file.name());
    known.set("version", version);
    known.set("hash", drift.path("file").path("hash"));
    known.set("version_hash", drift.path("file").path("version_hash"));
    return known.put("existing", true);
  }

  private JsonNode storeSuite(PromptFile file, Path suite) {
    String path = ApiClient.path("admin", "prompts", file.name(), "suite");
    return file.heldOut()
        .map(
            heldOut ->
                api.put(
                    path,
                    Json.object().put("suite", readText(suite)).put("held_out", readText(heldOut)),
                    OptionalLong.empty()))
        .orElseGet(() -> api.putYaml(path, readBytes(suite)));
  }

  private static String readText(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw CommandException.cannotRead(file, e);
    }
  }

  private ObjectNode registrationBody(PromptFile file) {
    GitHistory git = files.gitHistory(session);
    ObjectNode body = file.registration();
    options
        .author
        .or(git::userName)
        .or(() -> session.environment("USER"))
        .ifPresent(who -> body.put("author", who));
    options
        .notes
        .or(() -> git.lastCommitSubject(String.valueOf(file.path().getFileName())))
        .ifPresent(text -> body.put("notes", text));
    return body;
  }

  private static byte[] readBytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw CommandException.cannotRead(file, e);
    }
  }
}
