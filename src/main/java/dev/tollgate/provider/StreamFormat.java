package dev.tollgate.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelProvider.Reply;

/** A provider's format of streamed responses. */
public interface StreamFormat {
  StreamParseResult parse(String events);

  /**
   * Parses a complete response, streamed or not.
   *
   * @throws IllegalArgumentException if it is not a response
   */
  ModelResponse parseResponse(ObjectNode answer);

  /** Returns the HTTP status of an error type; an error within a stream carries no status. */
  int httpStatus(String errorType);

  /**
   * Adds the billed usage to a failure.
   *
   * @param partial the part of the response that arrived
   * @return {@link Reply.ResponseLost} if that part does not state the usage
   */
  Reply.Failure toBillableFailure(ModelRequest request, ObjectNode partial, Reply.Failure cause);
}
