package dev.tollgate.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What came of reading an answer's stream of events. */
public sealed interface StreamParseResult {
  /** An answer such as a plain call gets. */
  record Complete(ObjectNode answer) implements StreamParseResult {}

  /**
   * The provider gave up.
   *
   * @param partial the answer as far as it came
   */
  record Failed(String type, String message, Optional<ObjectNode> partial)
      implements StreamParseResult {}

  /** The stream ended before the answer did, or makes no sense from there on. */
  record Truncated(Optional<ObjectNode> partial) implements StreamParseResult {}
}
