package dev.tollgate.provider;

import java.util.Locale;

/** Who runs a model and sends the bill. */
public enum Provider {
  ANTHROPIC("Anthropic"),
  OPENAI("OpenAI");

  private final String title;

  Provider(String title) {
    this.title = title;
  }

  /** The name in records and reports. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name in sentences. */
  public String title() {
    return title;
  }
}
