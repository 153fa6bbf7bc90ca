package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.Api;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import dev.tollgate.promptfile.PromptFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Brings prompt files and their suites into the registry. */
final class Registration {
  private final Session session;
  private final Api api;
  private final FilesOption files;
  private final RegistrationOptions options;

  Registration(Session session, Api api, FilesOption files, RegistrationOptions options) {
    this.session = session;
    this.api = api;
    this.files = files;
    this.options = options;
  }

  /**
   * Registers a file and stores its suite.
   *
   * @param done takes what was done, as it is done
   * @return the version that has the file's content
   */
  JsonNode push(PromptFile file, ObjectNode done) {
    JsonNode registered = registered(file);
    done.set("registered", registered);
    for (JsonNode warning : registered.path("warnings")) {
      session.say("%s: %s".formatted(file.name(), warning.path("message").asText()));
    }
    file.suite().ifPresent(suite -> done.set("suite", suite(file, suite)));
    return registered;
  }

  /**
   * The version that has the file's content. The registry itself knows again only its newest, so
   * that pushing the same files twice, with a draft registered in between, would add a version.
   */
  private JsonNode registered(PromptFile file) {
    JsonNode drift = api.post(Drift.path(file.name()), file.registration());
    JsonNode version =
        Drift.isSame(drift)
            ? drift.path("registry").path("active_version")
            : drift.path("file").path("version");
    if (!version.isNumber()) {
      return api.post(Api.path("admin", "prompts", file.name(), "versions"), registration(file));
    }
    ObjectNode known = Json.object().put("name", file.name());
    known.set("version", version);
    known.set("hash", drift.path("file").path("hash"));
    known.set("version_hash", drift.path("file").path("version_hash"));
    return known.put("existing", true);
  }

  private JsonNode suite(PromptFile file, Path suite) {
    String path = Api.path("admin", "prompts", file.name(), "suite");
    return file.heldOut()
        .map(
            heldOut ->
                api.put(
                    path,
                    Json.object().put("suite", text(suite)).put("held_out", text(heldOut)),
                    OptionalLong.empty()))
        .orElseGet(() -> api.putYaml(path, bytes(suite)));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw CommandException.cannotRead(file, e);
    }
  }

  private ObjectNode registration(PromptFile file) {
    GitHistory git = files.git(session);
    ObjectNode body = file.registration();
    options
        .author
        .or(git::userName)
        .or(() -> session.environment("USER"))
        .ifPresent(who -> body.put("author", who));
    options
        .notes
        .or(() -> git.lastSubject(String.valueOf(file.path().getFileName())))
        .ifPresent(text -> body.put("notes", text));
    return body;
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw CommandException.cannotRead(file, e);
    }
  }
}
