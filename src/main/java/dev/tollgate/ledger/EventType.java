package dev.tollgate.ledger;

import java.util.Locale;

/** What can be done to a prompt or to the keys. */
public enum EventType {
  REGISTER,
  ACTIVATE,
  /** An activation past the gate. */
  FORCE,
  ROLLBACK,
  LABEL,
  UNLABEL,
  FREEZE,
  UNFREEZE,
  SUITE,
  SETTINGS,
  PURGE,
  CREATE_KEY,
  ROTATE_KEY,
  REVOKE_KEY;

  /** The name in answers and in stores. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The type with that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static EventType of(String id) {
    return valueOf(id.toUpperCase(Locale.ROOT));
  }
}
