package dev.tollgate.cost.calls;

import java.util.Locale;

/** Whether an answer came from the response cache, and how it was found there. */
public enum CacheOutcome {
  NONE,
  /** The same question was answered before. */
  EXACT,
  /** A question of the same meaning was. */
  SEMANTIC;

  /** The name in records, headers and reports. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
