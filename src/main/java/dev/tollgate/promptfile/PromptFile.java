package dev.tollgate.promptfile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A prompt in its folder.
 *
 * @param registration the request body that registers it: {@code content} and the settings, merged
 *     with the folder's defaults
 * @param suite the file of its tests
 * @param heldOut the file of its held-out tests; only with a suite
 * @param archives the archived versions in the folder, newest first
 */
public record PromptFile(
    String name,
    Path path,
    ObjectNode registration,
    Optional<Path> suite,
    Optional<Path> heldOut,
    List<ArchivedVersion> archives) {
  public PromptFile {
    registration = registration.deepCopy();
    archives = List.copyOf(archives);
  }

  /** A copy that the caller can change. */
  @Override
  public ObjectNode registration() {
    return registration.deepCopy();
  }

  /**
   * The request body for a file with these bytes, such as those of an earlier commit.
   *
   * @param defaults the bytes of {@value PromptDirectory#DEFAULTS}, if there was one
   * @throws PromptFileException if either is invalid
   */
  public static ObjectNode registrationOf(
      String fileName, byte[] bytes, Optional<byte[]> defaults) {
    ParsedPromptFile source =
        ParsedPromptFile.parse(fileName, ParsedPromptFile.decode(fileName, bytes));
    return source.registration(
        defaults
            .map(it -> ParsedPromptFile.decode(PromptDirectory.DEFAULTS, it))
            .map(text -> ParsedPromptFile.parseSettings(PromptDirectory.DEFAULTS, text))
            .orElseGet(PromptFileSettings::empty));
  }

  /** A version that is archived as {@code <name>.v<version>}. */
  public record ArchivedVersion(int version, Path path) {}
}
