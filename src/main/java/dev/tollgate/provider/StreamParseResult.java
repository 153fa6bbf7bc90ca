package dev.tollgate.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** The result of parsing the event stream of a response. */
public sealed interface StreamParseResult {
  /** A complete response, in the format of one that was not streamed. */
  record Complete(ObjectNode answer) implements StreamParseResult {}

  /**
   * The provider sent an error.
   *
   * @param partial the part of the response that arrived
   */
  record Failed(String type, String message, Optional<ObjectNode> partial)
      implements StreamParseResult {}

  /** The stream ended before the response was complete, or its rest is invalid. */
  record Truncated(Optional<ObjectNode> partial) implements StreamParseResult {}
}
