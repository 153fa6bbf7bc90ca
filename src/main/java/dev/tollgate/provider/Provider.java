package dev.tollgate.provider;

import java.util.Locale;

/** Who runs a model and sends the bill. */
public enum Provider {
  ANTHROPIC;

  /** The name in records and reports. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
