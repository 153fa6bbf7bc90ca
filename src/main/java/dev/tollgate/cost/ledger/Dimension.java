package dev.tollgate.cost.ledger;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The dimensions of reports. */
public enum Dimension {
  DAY("day"),
  TEAM("team"),
  USER("user_id"),
  ENDPOINT("endpoint"),
  PROVIDER("provider"),
  MODEL("model"),
  PROMPT("prompt"),
  PROMPT_VERSION("prompt_version"),
  PURPOSE("purpose"),
  CACHE("cache");

  private final String column;

  Dimension(String column) {
    this.column = column;
  }

  /** The name in requests. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name in responses and in the ledger. */
  public String column() {
    return column;
  }

  public static Optional<Dimension> find(String id) {
    return Stream.of(values()).filter(each -> each.id().equals(id)).findFirst();
  }
}
