package dev.tollgate.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.promptfile.PromptDirectory;
import dev.tollgate.promptfile.PromptFile;
import dev.tollgate.promptfile.PromptFileException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Registers prompt files and their suites, and activates them if that is wanted. */
@Command(
    name = "push",
    description = "Register prompt files and their test suites.",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK_HELP,
      ExitCode.ERROR_HELP,
      " 3:the gate refused an activation, and nothing worse happened"
    })
final class PushCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final FilesOption files = new FilesOption();

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "The prompts to push; default: all that have a file.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--activate", description = "Put what was registered into production.")
  private boolean activate;

  @Option(names = "--force", description = "Activate although the gate is closed. Needs --reason.")
  private boolean force;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it goes on record.")
  private Optional<String> reason = Optional.empty();

  @Option(
      names = "--author",
      paramLabel = "WHO",
      description = "Who wrote it; default: git's user.name, else USER.")
  private Optional<String> author = Optional.empty();

  @Option(
      names = "--notes",
      paramLabel = "TEXT",
      description = "What changed; default: the subject of the last commit of an unchanged file.")
  private Optional<String> notes = Optional.empty();

  PushCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (force && !activate) {
      throw new CommandException("--force is for --activate: give both");
    }
    Api api = session.api();
    PromptDirectory directory = files.directory(session);
    List<String> wanted = names.isEmpty() ? List.copyOf(directory.names()) : names;
    ObjectNode answer = Json.object();
    ArrayNode prompts = answer.putArray("prompts");
    Progress progress = new Progress(session, wanted.size());
    int exitCode = ExitCode.OK;
    for (String name : wanted) {
      progress.next(name);
      ObjectNode done = prompts.addObject().put("name", name);
      try {
        push(api, file(directory, name), done);
      } catch (CommandException | PromptFileException e) {
        session.say(name + ": " + e.getMessage());
        done.put("error", e.getMessage());
        exitCode = worse(exitCode, e);
      }
    }
    session.print(answer, () -> text(prompts));
    return exitCode;
  }

  private PromptFile file(PromptDirectory directory, String name) {
    return directory
        .find(name)
        .orElseThrow(
            () ->
                new CommandException(
                    "there is neither %1$s.txt nor %1$s.yaml in %2$s"
                        .formatted(name, files.path(session))));
  }

  private static int worse(int exitCode, RuntimeException fault) {
    boolean gate =
        fault instanceof CommandException known && known.exitCode() == ExitCode.GATE_CLOSED;
    return gate && exitCode != ExitCode.ERROR ? ExitCode.GATE_CLOSED : ExitCode.ERROR;
  }

  private void push(Api api, PromptFile file, ObjectNode done) {
    JsonNode registered = registered(api, file);
    done.set("registered", registered);
    for (JsonNode warning : registered.path("warnings")) {
      session.say("%s: %s".formatted(file.name(), warning.path("message").asText()));
    }
    file.suite().ifPresent(suite -> done.set("suite", suite(api, file, suite)));
    if (activate) {
      activate(api, file.name(), registered.path("version").asInt(), done);
    }
  }

  /**
   * The version that has the file's content. The registry itself knows again only its newest, so
   * that pushing the same files twice, with a draft registered in between, would add a version.
   */
  private JsonNode registered(Api api, PromptFile file) {
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

  private static JsonNode suite(Api api, PromptFile file, Path suite) {
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
    } catch (CharacterCodingException e) {
      throw new CommandException(file + ": is not UTF-8", e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private ObjectNode registration(PromptFile file) {
    GitHistory git = files.git(session);
    ObjectNode body = file.registration();
    author
        .or(git::userName)
        .or(() -> session.environment("USER"))
        .ifPresent(who -> body.put("author", who));
    notes
        .or(() -> git.lastSubject(String.valueOf(file.path().getFileName())))
        .ifPresent(text -> body.put("notes", text));
    return body;
  }

  private void activate(Api api, String name, int version, ObjectNode done) {
    JsonNode head = api.get(Api.path("admin", "prompts", name) + "?limit=1");
    if (head.path("active_version").asInt() == version) {
      return;
    }
    // Whoever moves the prompt between these two requests shall not be overruled unseen.
    OptionalLong revision = OptionalLong.of(head.path("revision").asLong());
    done.set("activated", new Moves(api).activate(name, version, force, reason, revision));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static CommandException unreadable(Path file, IOException cause) {
    return new CommandException(file + ": cannot be read: " + cause.getMessage(), cause);
  }

  private String text(ArrayNode prompts) {
    StringBuilder text = new StringBuilder();
    for (JsonNode prompt : prompts) {
      String name = prompt.path("name").asText();
      JsonNode registered = prompt.path("registered");
      if (registered.isObject()) {
        text.append(
            "%s: version %s %s\n"
                .formatted(
                    name,
                    Json.text(registered.path("version")),
                    registered.path("existing").asBoolean()
                        ? "is there already"
                        : "is registered"));
      }
      if (prompt.has("suite")) {
        JsonNode suite = prompt.path("suite");
        text.append(
            "%s: suite of %s cases is stored%s\n"
                .formatted(
                    name,
                    Json.text(suite.path("cases")),
                    suite.path("held_out").asInt() == 0
                        ? ""
                        : ", %s of them held out".formatted(Json.text(suite.path("held_out")))));
      }
      if (prompt.has("activated")) {
        text.append(Moves.text(prompt.path("activated"))).append('\n');
      } else if (activate && !prompt.has("error")) {
        text.append("%s: was active already\n".formatted(name));
      }
    }
    return prompts.isEmpty()
        ? "There are no prompt files in " + files.path(session)
        : text.toString();
  }
}
