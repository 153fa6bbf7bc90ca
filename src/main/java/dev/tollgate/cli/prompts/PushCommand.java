package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.CountFormat;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.ReasonOption;
import dev.tollgate.cli.client.Session;
import dev.tollgate.cli.runs.JUnitReport;
import dev.tollgate.cli.runs.TestRunReport;
import dev.tollgate.cli.runs.TestRunner;
import dev.tollgate.promptfile.PromptDirectory;
import dev.tollgate.promptfile.PromptFile;
import dev.tollgate.promptfile.PromptFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Registers prompt files and their test suites, and can test and activate them. */
@Command(
    name = "push",
    description = "Register prompt files and their test suites.",
    exitCodeList = {
      ExitCode.OK_HELP,
      ExitCode.ERROR_HELP,
      " 3:tests failed or activation was rejected"
    })
final class PushCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final FilesOption files = new FilesOption();

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "The prompts to push; default: all that have a file.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--activate", description = "Activate the registered versions.")
  private boolean activate;

  @Option(names = "--force", description = "Activate even if the gate is closed. Needs --reason.")
  private boolean force;

  @Mixin private final ReasonOption reason = new ReasonOption();

  @Option(names = "--test", description = "Run the tests, and activate only versions that pass.")
  private boolean test;

  @Option(
      names = "--junit",
      paramLabel = "FOLDER",
      description = "Write a JUnit report of each tested prompt into this folder.")
  private Optional<String> junit = Optional.empty();

  @Mixin private final RegistrationOptions registration = new RegistrationOptions();

  PushCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (force && !activate) {
      throw new CommandException("--force needs --activate.");
    }
    if (junit.isPresent() && !test) {
      throw new CommandException("--junit needs --test.");
    }
    ApiClient api = session.api();
    PromptDirectory directory = files.directory(session);
    List<String> selected = names.isEmpty() ? List.copyOf(directory.names()) : names;
    ObjectNode answer = Json.object();
    ArrayNode prompts = answer.putArray("prompts");
    Progress progress = new Progress(session, selected.size());
    int exitCode = ExitCode.OK;
    for (String name : selected) {
      progress.next(name);
      ObjectNode done = prompts.addObject().put("name", name);
      try {
        exitCode =
            maxExitCode(exitCode, push(api, files.requireFile(session, directory, name), done));
      } catch (CommandException | PromptFileException e) {
        session.printMessage(name + ": " + e.getMessage());
        done.put("error", e.getMessage());
        exitCode = maxExitCode(exitCode, exitCode(e));
      }
    }
    session.print(answer, () -> text(prompts));
    return exitCode;
  }

  private static int exitCode(RuntimeException failure) {
    return failure instanceof CommandException error ? error.exitCode() : ExitCode.ERROR;
  }

  /** An error takes precedence over a closed gate. */
  private static int maxExitCode(int one, int other) {
    return one == ExitCode.OK ? other : other == ExitCode.ERROR ? other : one;
  }

  /** Pushes one prompt and returns its exit code. */
  private int push(ApiClient api, PromptFile file, ObjectNode done) {
    JsonNode registered = new PromptPusher(session, api, files, registration).push(file, done);
    int version = registered.path("version").asInt();
    if (test) {
      ObjectNode run = new TestRunner(session, api).run(file.name(), Integer.toString(version));
      done.set("run", run);
      junit.ifPresent(
          folder -> JUnitReport.write(run, session.resolve(folder).resolve(file.name() + ".xml")));
      if (TestRunner.exitCode(run) != ExitCode.OK) {
        return TestRunner.exitCode(run);
      }
    }
    if (activate) {
      activate(api, file.name(), version, done);
    }
    return ExitCode.OK;
  }

  private void activate(ApiClient api, String name, int version, ObjectNode done) {
    JsonNode head = api.get(ApiClient.path("admin", "prompts", name) + "?limit=1");
    if (head.path("active_version").asInt() == version) {
      return;
    }
    // A change between these two requests must not be overwritten.
    OptionalLong revision = OptionalLong.of(head.path("revision").asLong());
    done.set("activated", new Activation(api).activate(name, version, force, reason, revision));
  }

  private String text(ArrayNode prompts) {
    StringBuilder text = new StringBuilder();
    for (JsonNode prompt : prompts) {
      String name = prompt.path("name").asText();
      JsonNode registered = prompt.path("registered");
      if (registered.isObject()) {
        text.append(
            "%s: %s\n"
                .formatted(
                    name,
                    (registered.path("existing").asBoolean()
                            ? "unchanged: version %s already has this content"
                            : "registered version %s")
                        .formatted(Json.text(registered.path("version")))));
      }
      if (prompt.has("suite")) {
        JsonNode suite = prompt.path("suite");
        text.append(
            "%s: stored %s%s\n"
                .formatted(
                    name,
                    CountFormat.format(suite.path("cases"), "test case"),
                    suite.path("held_out").asInt() == 0
                        ? ""
                        : " (%s held out)".formatted(Json.text(suite.path("held_out")))));
      }
      if (prompt.has("run")) {
        text.append(TestRunReport.of(prompt.path("run")));
      }
      if (prompt.has("activated")) {
        text.append(Activation.text(prompt.path("activated"))).append('\n');
      } else if (activate && !prompt.has("error") && hasPassed(prompt)) {
        text.append("%s: already active\n".formatted(name));
      }
    }
    return prompts.isEmpty() ? "No prompt files in " + files.path(session) : text.toString();
  }

  private static boolean hasPassed(JsonNode prompt) {
    return !prompt.has("run") || TestRunner.exitCode(prompt.path("run")) == ExitCode.OK;
  }
}
