package dev.tollgate.identity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The permissions of a key. */
public enum Role {
  /** Call models with the active version of a prompt. */
  INVOKE,
  /** Call models with other versions, too. */
  PREVIEW,
  /** Register prompts and read them. */
  AUTHOR,
  /** Activate prompts, manage keys, and everything that authors and finance can do. */
  ADMIN,
  /** Read costs and prompt histories. */
  FINANCE;

  /** The name in requests and in stores. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Role> of(String id) {
    return Arrays.stream(values()).filter(role -> role.id().equals(id)).findFirst();
  }
}
