package dev.tollgate.prompt.content;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The callers that share cached responses. */
public enum CacheScope {
  /** The same end user of the same team. */
  USER,
  /** Everyone of the same team. */
  TEAM,
  /** Every team of this installation. */
  SHARED;

  /** The name in requests and in stores. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<CacheScope> of(String id) {
    return Arrays.stream(values()).filter(scope -> scope.id().equals(id)).findFirst();
  }
}
