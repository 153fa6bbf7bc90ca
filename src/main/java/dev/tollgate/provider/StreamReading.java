package dev.tollgate.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What came of reading an answer's stream of events. */
public sealed interface StreamReading {
  /** An answer such as a plain call gets. */
  record Complete(ObjectNode answer) implements StreamReading {}

  /**
   * The provider gave up.
   *
   * @param begun the answer as far as it came
   */
  record Failed(String type, String message, Optional<ObjectNode> begun) implements StreamReading {}

  /** The stream ended before the answer did, or makes no sense from there on. */
  record Cut(Optional<ObjectNode> begun) implements StreamReading {}
}
