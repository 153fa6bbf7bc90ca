package dev.tollgate.budget;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a budget limits the spending of. */
public enum BudgetScope {
  /** A virtual key, and all keys that it is rotated into. */
  KEY,
  TEAM,
  /** A managed prompt, for all callers. */
  PROMPT,
  /** All calls of the installation. */
  INSTALLATION;

  /** The name in responses and in stores. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<BudgetScope> of(String id) {
    return Arrays.stream(values()).filter(scope -> scope.id().equals(id)).findFirst();
  }
}
