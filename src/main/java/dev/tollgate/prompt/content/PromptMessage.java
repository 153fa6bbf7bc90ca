package dev.tollgate.prompt.content;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** One message of a prompt. */
public record PromptMessage(Role role, Template template) {
  /** The role that the message is sent under. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT;

    /** The name in requests and in stores. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> of(String id) {
      return Arrays.stream(values()).filter(role -> role.id().equals(id)).findFirst();
    }
  }
}
