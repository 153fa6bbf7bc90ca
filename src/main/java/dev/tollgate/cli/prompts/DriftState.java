package dev.tollgate.cli.prompts;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The result of comparing a prompt's file with its active version. */
enum DriftState {
  SAME("same"),
  FILE_NEWER("file -> registry"),
  REGISTRY_EDITED("registry -> file"),
  DIVERGED("both were edited"),
  MISSING_IN_REGISTRY("file -> registry"),
  MISSING_FILE("registry -> file");

  private final String direction;

  DriftState(String direction) {
    this.direction = direction;
  }

  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<DriftState> of(String id) {
    return Arrays.stream(values()).filter(state -> state.id().equals(id)).findFirst();
  }

  /** The direction in which to copy the newer content. */
  String direction() {
    return direction;
  }
}
