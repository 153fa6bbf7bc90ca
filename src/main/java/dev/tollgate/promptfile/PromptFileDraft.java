package dev.tollgate.promptfile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A prompt file that is not written yet.
 *
 * @param registration the request body that registers the file
 */
public record PromptFileDraft(Path path, String text, ObjectNode registration) {
  public PromptFileDraft {
    registration = registration.deepCopy();
  }

  /** A copy that the caller can change. */
  @Override
  public ObjectNode registration() {
    return registration.deepCopy();
  }

  /**
   * Writes the file atomically. It replaces an existing one.
   *
   * @throws PromptFileException if it cannot be written
   */
  public void write() {
    try {
      Path unfinished = path.resolveSibling("." + path.getFileName() + ".unfinished");
      Files.writeString(unfinished, text);
      Files.move(
          unfinished, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new PromptFileException(path.toString(), "cannot be written: " + e.getMessage(), e);
    }
  }
}
