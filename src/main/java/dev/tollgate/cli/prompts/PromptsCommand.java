package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.AuditLogPrinter;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.CommandGroup;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.ReasonOption;
import dev.tollgate.cli.client.Session;
import dev.tollgate.cli.runs.RunsCommand;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands on prompts. Those that only call one route are methods of this class. */
@Command(name = "prompts", description = "Manage prompt files and the prompt registry.")
public final class PromptsCommand {
  private static final String PROMPT = "The prompt.";
  private static final String VERSION = "The version's number.";

  private final Session session;

  private PromptsCommand(Session session) {
    this.session = session;
  }

  public static CommandLine commandLine(Session session) {
    return CommandGroup.order(
        new CommandLine(new PromptsCommand(session))
            .addSubcommand(new StatusCommand(session))
            .addSubcommand(new DiffCommand(session))
            .addSubcommand(new PushCommand(session))
            .addSubcommand(new PullCommand(session))
            .addSubcommand(new TestCommand(session))
            .addSubcommand(new RunsCommand(session)),
        "status",
        "diff",
        "push",
        "pull",
        "show",
        "history",
        "events",
        "test",
        "runs",
        "gate",
        "activate",
        "rollback",
        "label",
        "freeze",
        "unfreeze");
  }

  @Command(name = "show", description = "Show a version's settings and content.")
  int show(
      @Parameters(
              paramLabel = "NAME[@REF]",
              description =
                  "The prompt and its version: a number, a label, latest or production; default:"
                      + " production.")
          String prompt) {
    int at = prompt.indexOf('@');
    String name = at < 0 ? prompt : prompt.substring(0, at);
    String ref = at < 0 ? "production" : prompt.substring(at + 1);
    JsonNode version = session.api().get(ApiClient.path("admin", "prompts", name, "versions", ref));
    session.print(version, () -> PromptText.version(version));
    return ExitCode.OK;
  }

  @Command(name = "history", description = "List a prompt's versions, newest first.")
  int history(@Parameters(paramLabel = "NAME", description = PROMPT) String name) {
    JsonNode history = session.api().getAll(ApiClient.path("admin", "prompts", name), "versions");
    session.print(history, () -> PromptText.history(history));
    return ExitCode.OK;
  }

  @Command(
      name = "events",
      description = "List a prompt's audit log, newest first, and verify its hash chain.",
      exitCodeList = {ExitCode.OK_HELP, ExitCode.BROKEN_CHAIN_HELP})
  int events(@Parameters(paramLabel = "NAME", description = PROMPT) String name) {
    return AuditLogPrinter.print(session, ApiClient.path("admin", "prompts", name, "events"));
  }

  @Command(
      name = "gate",
      description = "Check whether a version can be activated, and list what is missing.",
      exitCodeList = {" 0:the gate is open", ExitCode.ERROR_HELP, " 3:the gate is closed"})
  int gate(
      @Parameters(index = "0", paramLabel = "NAME", description = PROMPT) String name,
      @Parameters(
              index = "1",
              arity = "0..1",
              defaultValue = "latest",
              paramLabel = "REF",
              description = "A version, a label, production or latest; default: ${DEFAULT-VALUE}.")
          String ref) {
    JsonNode gate =
        session.api().get(ApiClient.path("admin", "prompts", name, "versions", ref, "gate"));
    session.print(gate, () -> PromptText.gate(name, gate));
    return gate.path("open").asBoolean() ? ExitCode.OK : ExitCode.GATE_CLOSED;
  }

  @Command(
      name = "activate",
      description = "Activate a version, which production calls then use.",
      exitCodeList = {ExitCode.OK_HELP, ExitCode.ERROR_HELP, ExitCode.GATE_HELP})
  int activate(
      @Parameters(index = "0", paramLabel = "NAME", description = PROMPT) String name,
      @Parameters(index = "1", paramLabel = "VERSION", description = VERSION) int version,
      @Option(
              names = "--force",
              description = "Activate even if the gate is closed. Needs --reason.")
          boolean force,
      @Mixin ReasonOption reason,
      @Mixin RevisionOption revision) {
    JsonNode activated =
        new Activation(session.api()).activate(name, version, force, reason, revision.get());
    session.print(activated, () -> Activation.text(activated));
    return ExitCode.OK;
  }

  @Command(name = "rollback", description = "Reactivate the previous version.")
  int rollBack(
      @Parameters(paramLabel = "NAME", description = PROMPT) String name,
      @Option(
              names = "--to",
              paramLabel = "N",
              description = "Another version that was active before; default: the previous one.")
          Optional<Integer> to,
      @Mixin ReasonOption reason,
      @Mixin RevisionOption revision) {
    JsonNode activated = new Activation(session.api()).rollBack(name, to, reason, revision.get());
    session.print(activated, () -> Activation.text(activated));
    return ExitCode.OK;
  }

  @Command(name = "label", description = "Set a label to a version, or delete the label.")
  int label(
      @Parameters(index = "0", paramLabel = "NAME", description = PROMPT) String name,
      @Parameters(index = "1", paramLabel = "LABEL", description = "The label, such as staging.")
          String label,
      @Parameters(
              index = "2",
              arity = "0..1",
              paramLabel = "VERSION",
              description = "The number of the version that gets the label.")
          Optional<Integer> version,
      @Option(names = "--delete", description = "Delete the label. Excludes VERSION.")
          boolean delete,
      @Mixin ReasonOption reason,
      @Mixin RevisionOption revision) {
    if (delete == version.isPresent()) {
      throw new CommandException("Use either VERSION or --delete.");
    }
    ApiClient api = session.api();
    ObjectNode body = reason.putInto(Json.object());
    String path = ApiClient.path("admin", "prompts", name, "labels", label);
    if (version.isEmpty()) {
      JsonNode deleted = api.delete(path, body, revision.get());
      session.print(
          deleted,
          () ->
              "%s: deleted label %s of version %s"
                  .formatted(name, label, Json.text(deleted.path("previous_version"))));
      return ExitCode.OK;
    }
    JsonNode set = api.put(path, body.put("version", version.get()), revision.get());
    session.print(
        set,
        () ->
            "%s: label %s points to version %s"
                .formatted(name, label, Json.text(set.path("version"))));
    return ExitCode.OK;
  }

  @Command(name = "freeze", description = "Prevent a version from being activated.")
  int freeze(
      @Parameters(index = "0", paramLabel = "NAME", description = PROMPT) String name,
      @Parameters(index = "1", paramLabel = "VERSION", description = VERSION) int version,
      @Option(
              names = "--reason",
              required = true,
              paramLabel = "TEXT",
              description = ReasonOption.DESCRIPTION)
          String reason) {
    return setFrozen(name, version, "freeze", reason);
  }

  @Command(name = "unfreeze", description = "Allow a frozen version to be activated again.")
  int unfreeze(
      @Parameters(index = "0", paramLabel = "NAME", description = PROMPT) String name,
      @Parameters(index = "1", paramLabel = "VERSION", description = VERSION) int version,
      @Option(
              names = "--reason",
              required = true,
              paramLabel = "TEXT",
              description = ReasonOption.DESCRIPTION)
          String reason) {
    return setFrozen(name, version, "unfreeze", reason);
  }

  private int setFrozen(String name, int version, String action, String reason) {
    String path =
        ApiClient.path("admin", "prompts", name, "versions", Integer.toString(version), action);
    JsonNode changed = session.api().post(path, Json.object().put("reason", reason));
    session.print(
        changed,
        () ->
            "%s: version %d is %s"
                .formatted(
                    name, version, changed.path("frozen").asBoolean() ? "frozen" : "not frozen"));
    return ExitCode.OK;
  }
}
