package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.client.ApiClient;
import dev.tollgate.cli.client.CommandException;
import dev.tollgate.cli.client.ExitCode;
import dev.tollgate.cli.client.Json;
import dev.tollgate.cli.client.ReasonOption;
import dev.tollgate.cli.client.Session;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Moves a label to a version, or takes it away. */
@Command(name = "label", description = "Move a label to a version, or take it away.")
public final class LabelCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(index = "0", paramLabel = "NAME", description = "The prompt.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "LABEL", description = "The label, such as staging.")
  private String label = "";

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "VERSION",
      description = "The number of the version that gets the label.")
  private @Nullable Integer version;

  @Option(names = "--delete", description = "Take the label away, instead of a VERSION.")
  private boolean delete;

  @Mixin private final ReasonOption reason = new ReasonOption();

  @Mixin private final RevisionOption revision = new RevisionOption();

  public LabelCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (delete == (version != null)) {
      throw new CommandException("label needs either a VERSION or --delete");
    }
    ApiClient api = session.api();
    ObjectNode body = reason.putInto(Json.object());
    String path = ApiClient.path("admin", "prompts", name, "labels", label);
    if (version == null) {
      JsonNode deleted = api.delete(path, body, revision.get());
      session.print(
          deleted,
          () ->
              "%s: label %s is gone from version %s"
                  .formatted(name, label, Json.text(deleted.path("previous_version"))));
      return ExitCode.OK;
    }
    JsonNode moved = api.put(path, body.put("version", version), revision.get());
    session.print(
        moved,
        () ->
            "%s: label %s is on version %s"
                .formatted(name, label, Json.text(moved.path("version"))));
    return ExitCode.OK;
  }
}
