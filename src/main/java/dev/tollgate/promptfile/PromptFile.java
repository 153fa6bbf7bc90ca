package dev.tollgate.promptfile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A prompt as its folder has it.
 *
 * @param registration the body that registers it: {@code content} and the settings, after the
 *     folder's defaults
 * @param suite where its tests are
 * @param heldOut where more of its tests are, which are held out; only beside a suite
 * @param archives the earlier versions that the folder keeps, newest first
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

  /** A copy, which the caller may change. */
  @Override
  public ObjectNode registration() {
    return registration.deepCopy();
  }

  /**
   * What a file of this name would register with these bytes, such as those of an earlier commit.
   *
   * @param defaults what {@value PromptDirectory#DEFAULTS} held, if there was one
   * @throws PromptFileException if either cannot be understood
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

  /** A version that was put aside as {@code <name>.v<version>}. */
  public record ArchivedVersion(int version, Path path) {}
}
