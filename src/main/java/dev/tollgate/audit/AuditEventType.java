package dev.tollgate.audit;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can be done to a prompt, to the keys or to the budgets. */
public enum AuditEventType {
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
  /** Answers to similar questions are no longer served. */
  SEMANTIC_OFF,
  SEMANTIC_ON,
  CREATE_KEY,
  ROTATE_KEY,
  REVOKE_KEY,
  SET_BUDGET,
  DELETE_BUDGET,
  /** What no version of Tollgate wrote, or only a later one. */
  UNKNOWN;

  /** The name in answers and in stores. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<AuditEventType> of(String id) {
    return Arrays.stream(values()).filter(type -> type.id().equals(id)).findFirst();
  }
}
