package dev.tollgate.provider;

import java.util.Locale;

/** Why a model stopped. */
public enum FinishReason {
  END_TURN,
  STOP_SEQUENCE,
  MAX_TOKENS,
  TOOL_USE,
  PAUSE_TURN,
  REFUSAL,
  CONTEXT_WINDOW_EXCEEDED,
  /** A reason that this version of Tollgate does not know. */
  UNKNOWN;

  /** The name in records. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether the response is complete and can therefore be cached. */
  public boolean isComplete() {
    return this == END_TURN || this == STOP_SEQUENCE;
  }
}
