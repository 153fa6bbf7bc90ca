package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.ApiException;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.Session;
import dev.tollgate.promptfile.PromptDirectory;
import dev.tollgate.promptfile.PromptFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes registered versions into prompt files. */
@Command(
    name = "pull",
    description =
        "Write the active versions into prompt files. Files whose content is not registered are"
            + " kept.",
    exitCodeList = {ExitCode.OK_HELP, " 1:an error, or a file was kept"})
final class PullCommand implements Callable<Integer> {
  private static final String PRODUCTION = "production";

  private final Session session;

  @Mixin private final FilesOption files = new FilesOption();

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "The prompts to pull; default: all registered prompts.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--ref",
      paramLabel = "REF",
      defaultValue = PRODUCTION,
      description = "A version, a label, production or latest; default: ${DEFAULT-VALUE}.")
  private String ref = PRODUCTION;

  @Option(names = "--force", description = "Overwrite files whose content is not registered.")
  private boolean force;

  PullCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ApiClient api = session.api();
    createFolder();
    PromptDirectory directory = files.directory(session);
    PromptPuller pull = new PromptPuller(api, directory, force);
    List<String> selected = names.isEmpty() ? registered(api) : names;
    ObjectNode answer = Json.object();
    ArrayNode prompts = answer.putArray("prompts");
    Progress progress = new Progress(session, selected.size());
    int exitCode = ExitCode.OK;
    for (String name : selected) {
      progress.next(name);
      try {
        prompts.add(pull.pull(name, ref));
      } catch (CommandException | PromptFileException e) {
        session.printMessage(name + ": " + e.getMessage());
        boolean nothingToPull =
            names.isEmpty() && e instanceof ApiException error && error.isNotFound();
        exitCode = nothingToPull ? exitCode : ExitCode.ERROR;
      }
    }
    session.print(answer, () -> text(prompts));
    return exitCode;
  }

  private void createFolder() {
    try {
      Files.createDirectories(files.path(session));
    } catch (IOException e) {
      throw new CommandException(
          "Cannot create folder " + files.path(session) + ": " + e.getMessage(), e);
    }
  }

  private static List<String> registered(ApiClient api) {
    List<String> all = new ArrayList<>();
    for (JsonNode prompt :
        api.getAll(ApiClient.path("admin", "prompts"), "prompts").path("prompts")) {
      all.add(prompt.path("name").asText());
    }
    return all;
  }

  private static String text(ArrayNode prompts) {
    StringBuilder text = new StringBuilder();
    for (JsonNode prompt : prompts) {
      text.append(
          "%s: %s version %s\n"
              .formatted(
                  prompt.path("path").asText(),
                  prompt.path("written").asBoolean() ? "written from" : "already holds",
                  Json.text(prompt.path("version"))));
      if (prompt.path("removed").isTextual()) {
        text.append(
            "%s: removed, because a text file cannot hold settings\n"
                .formatted(prompt.path("removed").textValue()));
      }
    }
    return text.toString();
  }
}
