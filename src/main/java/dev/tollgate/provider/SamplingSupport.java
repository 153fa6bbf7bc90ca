package dev.tollgate.provider;

import com.fasterxml.jackson.databind.JsonNode;

/** When a model takes {@code temperature} and the other parameters of sampling. */
public enum SamplingSupport {
  ALWAYS,
  /** It reasons only when asked to, and takes them until then. */
  UNLESS_REASONING,
  /** It reasons unless asked not to, and takes them only then. */
  WITHOUT_REASONING,
  NEVER;

  private static final String NO_REASONING = "none";

  /** Whether a request may hold them. OpenAI's field for reasoning decides where it matters. */
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
