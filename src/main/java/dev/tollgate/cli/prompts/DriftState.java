package dev.tollgate.cli.prompts;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a prompt's file and its active version stand to each other. */
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

  /** Which way the newer content has to go. */
  String direction() {
    return direction;
  }
}
