package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import dev.tollgate.cli.client.Table;
import dev.tollgate.promptfile.PromptFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares the file of every prompt with its active version. */
@Command(
    name = "status",
    description = "Compare prompt files with the active versions.",
    exitCodeList = {" 0:all are equal", ExitCode.ERROR_HELP, " 2:at least one differs"})
final class StatusCommand implements Callable<Integer> {
  private static final String NO_VERSION = "-";

  /** Prefix of the prompts that Tollgate itself registers, such as its judge's. */
  private static final String BUILT_IN_PREFIX = "tollgate_";

  private final Session session;

  @Mixin private final FilesOption files = new FilesOption();

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "The prompts to compare; default: all that have a file or are registered.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--allow",
      split = ",",
      paramLabel = "STATE",
      description =
          "A state to accept, such as file_newer in a pull request. States:"
              + " file_newer, registry_edited, diverged, missing_in_registry, missing_file.")
  private List<String> allowed = new ArrayList<>();

  StatusCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Set<DriftState> accepted = acceptedStates();
    ApiClient api = session.api();
    DriftChecker drift = files.driftChecker(session);
    SortedSet<String> selected = new TreeSet<>(names.isEmpty() ? allNames(api) : names);
    ObjectNode answer = Json.object();
    ArrayNode prompts = answer.putArray("prompts");
    Progress progress = new Progress(session, selected.size());
    int exitCode = ExitCode.OK;
    for (String name : selected) {
      progress.next(name);
      try {
        JsonNode checked = drift.check(name);
        prompts.add(checked);
        if (exitCode == ExitCode.OK
            && !DriftChecker.state(checked).filter(accepted::contains).isPresent()) {
          exitCode = ExitCode.DRIFT;
        }
      } catch (CommandException | PromptFileException e) {
        session.printMessage(name + ": " + e.getMessage());
        exitCode = ExitCode.ERROR;
      }
    }
    session.print(
        answer,
        () ->
            selected.isEmpty()
                ? "No prompts: the folder and the registry are empty."
                : table(prompts));
    return exitCode;
  }

  private Set<DriftState> acceptedStates() {
    Set<DriftState> accepted = new HashSet<>(Set.of(DriftState.SAME));
    for (String state : allowed) {
      accepted.add(
          DriftState.of(state)
              .orElseThrow(() -> new CommandException("Unknown state in --allow: " + state)));
    }
    return accepted;
  }

  private Set<String> allNames(ApiClient api) {
    Set<String> all = files.directory(session).names();
    for (JsonNode prompt :
        api.getAll(ApiClient.path("admin", "prompts"), "prompts").path("prompts")) {
      String name = prompt.path("name").asText();
      // A built-in prompt is compared only if the folder has a file that replaces it.
      if (!name.startsWith(BUILT_IN_PREFIX)) {
        all.add(name);
      }
    }
    return all;
  }

  private String table(ArrayNode prompts) {
    if (prompts.isEmpty()) {
      return "";
    }
    Table table = new Table("PROMPT", "STATE", "DIRECTION", "FILE", "ACTIVE", "NEXT");
    for (JsonNode prompt : prompts) {
      Optional<DriftState> state = DriftChecker.state(prompt);
      table.row(
          prompt.path("name").asText(),
          prompt.path("state").asText(),
          state.map(DriftState::direction).orElse(""),
          Json.text(prompt.path("file").path("version")),
          Json.text(prompt.path("registry").path("active_version")),
          state.map(it -> nextCommand(it, prompt)).orElse(""));
    }
    return table.toString();
  }

  private String nextCommand(DriftState state, JsonNode drift) {
    String name = drift.path("name").asText();
    return switch (state) {
      case SAME -> "";
      case FILE_NEWER -> {
        String version = Json.text(drift.path("file").path("version"));
        yield version.equals(NO_VERSION)
            ? files.suggestCommand("push " + name + " --test --activate")
            : "tollgate prompts activate " + name + " " + version;
      }
      case MISSING_IN_REGISTRY -> files.suggestCommand("push " + name + " --test --activate");
      case REGISTRY_EDITED, MISSING_FILE -> files.suggestCommand("pull " + name);
      case DIVERGED -> files.suggestCommand("diff " + name);
    };
  }
}
