package dev.tollgate.cost.calls;

import java.util.Locale;

/** Whether the response cache answered a call, and by which match. */
public enum CacheOutcome {
  NONE,
  /** The cache had a response to the same question. */
  EXACT,
  /** The cache had a response to a similar question. */
  SEMANTIC;

  /** The name in records, headers and reports. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
