package dev.tollgate.prompt.content;

import java.util.Arrays;
import java.util.Optional;

/** How long the provider caches the part of a prompt that is the same in every call. */
public enum PromptCaching {
  OFF("off"),
  FIVE_MINUTES("5m"),
  ONE_HOUR("1h");

  private final String id;

  PromptCaching(String id) {
    this.id = id;
  }

  /** The name in requests and in stores; Anthropic's {@code ttl} for those that are on. */
  public String id() {
    return id;
  }

  public static Optional<PromptCaching> of(String id) {
    return Arrays.stream(values()).filter(caching -> caching.id.equals(id)).findFirst();
  }
}
