package dev.tollgate.cli.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The reason for a change. */
public final class ReasonOption {
  public static final String DESCRIPTION = "Reason, stored in the audit log.";

  @Option(names = "--reason", paramLabel = "TEXT", description = DESCRIPTION)
  private Optional<String> reason = Optional.empty();

  /** Adds the reason to a request if there is one. */
  public ObjectNode putInto(ObjectNode request) {
    reason.ifPresent(text -> request.put("reason", text));
    return request;
  }
}
