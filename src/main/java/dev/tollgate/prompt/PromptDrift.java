package dev.tollgate.prompt;

import dev.tollgate.prompt.content.PromptContent;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The difference between a prompt's file and the registry.
 *
 * @param promptState the state of the prompt; empty if it is not registered
 * @param active the active version
 * @param matchingVersion the newest version with the content of the file
 */
public record PromptDrift(
    State state,
    Optional<PromptState> promptState,
    Optional<PromptVersion> active,
    OptionalInt matchingVersion) {

  /** The direction of the difference. */
  public enum State {
    SAME,
    /** The file is newer: its content was never active. */
    FILE_NEWER,
    /** The registry is newer: the file has content that was active before, or older content. */
    REGISTRY_EDITED,
    /** Both have content that the other never had, as far as the history of the file is known. */
    DIVERGED,
    MISSING_IN_REGISTRY;

    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Compares the content of a file with the active version.
   *
   * @param fileHistory version hashes of earlier contents of the file, which tell an edited file
   *     from an edited registry
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
