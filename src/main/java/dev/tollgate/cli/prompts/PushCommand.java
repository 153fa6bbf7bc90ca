package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CommandException;
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

/** Registers prompt files and their suites, and activates them if that is wanted. */
@Command(
    name = "push",
    description = "Register prompt files and their test suites.",
    exitCodeList = {
      ExitCode.OK_HELP,
      ExitCode.ERROR_HELP,
      " 3:a version failed its tests, or the gate refused it, and nothing worse happened"
    })
public final class PushCommand implements Callable<Integer> {
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

  @Mixin private final ReasonOption reason = new ReasonOption();

  @Option(names = "--test", description = "Run the suite, and activate only what passes it.")
  private boolean test;

  @Option(
      names = "--junit",
      paramLabel = "FOLDER",
      description = "Write a JUnit report of each tested prompt into it.")
  private Optional<String> junit = Optional.empty();

  @Mixin private final RegistrationOptions registration = new RegistrationOptions();

  public PushCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (force && !activate) {
      throw new CommandException("--force is for --activate: give both");
    }
    if (junit.isPresent() && !test) {
      throw new CommandException("--junit is for --test: give both");
    }
    ApiClient api = session.api();
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

  private static int exitCode(RuntimeException fault) {
    return fault instanceof CommandException known ? known.exitCode() : ExitCode.ERROR;
  }

  /** An error is worse than a closed gate. */
  private static int maxExitCode(int one, int other) {
    return one == ExitCode.OK ? other : other == ExitCode.ERROR ? other : one;
  }

  /** Pushes one prompt, and says how that ended. */
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
    // Whoever moves the prompt between these two requests shall not be overruled unseen.
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
      if (prompt.has("run")) {
        text.append(TestRunReport.of(prompt.path("run")));
      }
      if (prompt.has("activated")) {
        text.append(Activation.text(prompt.path("activated"))).append('\n');
      } else if (activate && !prompt.has("error") && hasPassed(prompt)) {
        text.append("%s: was active already\n".formatted(name));
      }
    }
    return prompts.isEmpty()
        ? "There are no prompt files in " + files.path(session)
        : text.toString();
  }

  private static boolean hasPassed(JsonNode prompt) {
    return !prompt.has("run") || TestRunner.exitCode(prompt.path("run")) == ExitCode.OK;
  }
}
