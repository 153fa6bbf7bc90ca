package dev.tollgate.identity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a key may do. */
public enum Role {
  /** Ask models with the production version of a prompt. */
  INVOKE,
  /** Ask models with other versions too. */
  PREVIEW,
  /** Register prompts and read them. */
  AUTHOR,
  /** Activate prompts, manage keys, and all that authors and finance may. */
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
