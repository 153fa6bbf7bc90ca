package dev.tollgate.cli.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Why something is done. */
public final class ReasonOption {
  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it goes on record.")
  private Optional<String> reason = Optional.empty();

  /** Puts it into a request, if it was given. */
  public ObjectNode putInto(ObjectNode request) {
    reason.ifPresent(text -> request.put("reason", text));
    return request;
  }
}
