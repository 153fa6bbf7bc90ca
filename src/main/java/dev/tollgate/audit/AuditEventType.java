package dev.tollgate.audit;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The kinds of changes of prompts, keys and budgets. */
public enum AuditEventType {
  REGISTER,
  ACTIVATE,
  /** An activation that bypassed the gate. */
  FORCE,
  ROLLBACK,
  LABEL,
  UNLABEL,
  FREEZE,
  UNFREEZE,
  SUITE,
  SETTINGS,
  PURGE,
  /** The semantic cache of a prompt was disabled. */
  SEMANTIC_OFF,
  SEMANTIC_ON,
  CREATE_KEY,
  ROTATE_KEY,
  REVOKE_KEY,
  SET_BUDGET,
  DELETE_BUDGET,
  /** An event that this version of Tollgate does not know. */
  UNKNOWN;

  /** The name in responses and in stores. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<AuditEventType> of(String id) {
    return Arrays.stream(values()).filter(type -> type.id().equals(id)).findFirst();
  }
}
