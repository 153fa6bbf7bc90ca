package dev.tollgate.provider;

import com.fasterxml.jackson.databind.JsonNode;

/** When a model accepts {@code temperature} and the other sampling parameters. */
public enum SamplingSupport {
  ALWAYS,
  /** Accepted unless the request turns reasoning on; it is off by default. */
  UNLESS_REASONING,
  /** Accepted only if the request turns reasoning off; it is on by default. */
  WITHOUT_REASONING,
  NEVER;

  private static final String NO_REASONING = "none";

  /** Returns whether a request can contain them. OpenAI's {@code reasoning_effort} may decide. */
  boolean acceptsParametersIn(ModelRequest request) {
    JsonNode effort = request.otherFields().path("reasoning_effort");
    return switch (this) {
      case ALWAYS -> true;
      case UNLESS_REASONING -> effort.asText(NO_REASONING).equals(NO_REASONING);
      case WITHOUT_REASONING -> effort.asText().equals(NO_REASONING);
      case NEVER -> false;
    };
  }
}
