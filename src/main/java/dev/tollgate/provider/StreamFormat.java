package dev.tollgate.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelProvider.Reply;
import java.util.Optional;

/** How a provider tells an answer in events. */
public interface StreamFormat {
  StreamReading read(String events);

  /**
   * Reads an answer of which all has come, in a stream or not.
   *
   * @throws IllegalArgumentException if it is none
   */
  ModelResponse response(ObjectNode answer);

  /** The status that an error has; one that comes in the midst of a stream comes without. */
  int status(String errorType);

  /**
   * What has to be paid for an answer that never became whole.
   *
   * @param begun the answer as far as it came
   * @return nothing if that does not say what is billed
   */
  Optional<Reply.BrokenOff> bill(ModelRequest request, ObjectNode begun, Reply.Failure cause);
}
