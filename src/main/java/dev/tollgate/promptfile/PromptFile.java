package dev.tollgate.promptfile;

import com.fasterxml.jackson.databind.JsonNode;
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
 * @param archives the earlier versions that the folder keeps, newest first
 */
public record PromptFile(
    String name, Path path, ObjectNode registration, Optional<Path> suite, List<Archive> archives) {
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
   * The content that a file of this name would have with these bytes, such as those of an earlier
   * commit: a text, or the list of a chat prompt's messages.
   *
   * @throws PromptFileException if they are no prompt file
   */
  public static JsonNode contentOf(String fileName, byte[] bytes) {
    return Source.of(fileName, Source.decode(fileName, bytes)).content();
  }

  /** A version that was put aside as {@code <name>.v<version>}. */
  public record Archive(int version, Path path) {}
}
