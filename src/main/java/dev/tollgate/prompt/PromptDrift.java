package dev.tollgate.prompt;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How a prompt's file stands to the registry.
 *
 * @param promptState where the prompt stands, if the registry knows it
 * @param active the version in production, if there is one
 * @param matchingVersion the newest version with the file's content, if there is one
 */
public record PromptDrift(
    State state,
    Optional<PromptState> promptState,
    Optional<PromptVersion> active,
    OptionalInt matchingVersion) {

  /** In which direction the two differ. */
  public enum State {
    SAME,
    /** The file is ahead: its content has not been in production. */
    FILE_NEWER,
    /** The registry is ahead: the file holds what was in production before, or is older. */
    REGISTRY_EDITED,
    /** Both have what the other never had, as far as the file's history is known. */
    DIVERGED,
    MISSING_IN_REGISTRY;

    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Compares a file's content with what is in production.
   *
   * @param fileHistory version hashes of what the file held before, which tell an edited file from
   *     an edited registry
   */
  static PromptDrift of(
      PromptContent file,
      Set<String> fileHistory,
      PromptState promptState,
      Optional<PromptVersion> active,
      OptionalInt registered) {
    return new PromptDrift(
        state(file, fileHistory, promptState, active, registered),
        Optional.of(promptState),
        active,
        registered);
  }

  static PromptDrift missing() {
    return new PromptDrift(
        State.MISSING_IN_REGISTRY, Optional.empty(), Optional.empty(), OptionalInt.empty());
  }

  private static State state(
      PromptContent file,
      Set<String> fileHistory,
      PromptState promptState,
      Optional<PromptVersion> active,
      OptionalInt registered) {
    if (active.isEmpty()) {
      return State.FILE_NEWER;
    }
    PromptContent inProduction = active.get().content();
    if (inProduction.versionHash().equals(file.versionHash())) {
      return State.SAME;
    }
    if (registered.isPresent()) {
      int version = registered.getAsInt();
      boolean leftBehind =
          version < active.get().number()
              || promptState.activationHistory().everActivated().contains(version);
      return leftBehind ? State.REGISTRY_EDITED : State.FILE_NEWER;
    }
    return fileHistory.contains(inProduction.versionHash()) ? State.FILE_NEWER : State.DIVERGED;
  }
}
