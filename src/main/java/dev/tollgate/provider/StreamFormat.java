package dev.tollgate.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelProvider.Reply;

/** How a provider tells an answer in events. */
public interface StreamFormat {
  StreamParseResult parse(String events);

  /**
   * Reads an answer of which all has come, in a stream or not.
   *
   * @throws IllegalArgumentException if it is none
   */
  ModelResponse parseResponse(ObjectNode answer);

  /** The status that an error has; one that comes in the midst of a stream comes without. */
  int httpStatus(String errorType);

  /**
   * The failure with what has to be paid for it.
   *
   * @param partial the answer as far as it came
   * @return {@link Reply.ResponseLost} if that does not say what is billed
   */
  Reply.Failure toBillableFailure(ModelRequest request, ObjectNode partial, Reply.Failure cause);
}
