package dev.tollgate.cli.prompts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.promptfile.PromptDirectory;
import dev.tollgate.promptfile.PromptFile;
import dev.tollgate.promptfile.PromptFileException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Earlier contents of a prompt's file. With them the registry can distinguish a newer file from a
 * newer version. Settings are part of the content, so a commit's file is read with the defaults of
 * that commit.
 */
final class FileHistory {
  /** The maximum that the API accepts. */
  private static final int MAX_CONTENTS = 50;

  /** Maximum size of the whole request. The API accepts 4 MB. */
  private static final int MAX_REQUEST_BYTES = 2_900_000;

  private FileHistory() {}

  /**
   * Contents of the file's commits, newest first, then of its archived versions. The list has no
   * duplicates, does not contain the current content, and fits into one request.
   */
  static List<ObjectNode> of(PromptFile file, PromptDirectory directory, GitHistory git) {
    ObjectNode current = file.registration();
    Set<ObjectNode> previous = new LinkedHashSet<>(committedContents(file.name(), git));
    for (PromptFile.ArchivedVersion archive : file.archives()) {
      read(() -> directory.registration(archive)).ifPresent(previous::add);
    }
    previous.remove(current);
    return limitToRequestSize(MAX_REQUEST_BYTES - bytes(current), previous);
  }

  private static List<ObjectNode> committedContents(String name, GitHistory git) {
    List<String> promptFiles = List.of(name + ".txt", name + ".yaml");
    List<String> fileNames = new ArrayList<>(promptFiles);
    fileNames.add(PromptDirectory.DEFAULTS);
    List<ObjectNode> committed = new ArrayList<>();
    for (Map<String, byte[]> files : git.snapshots(fileNames)) {
      Optional<byte[]> defaults = Optional.ofNullable(files.get(PromptDirectory.DEFAULTS));
      for (String fileName : promptFiles) {
        Optional.ofNullable(files.get(fileName))
            .flatMap(bytes -> read(() -> PromptFile.registrationOf(fileName, bytes, defaults)))
            .ifPresent(committed::add);
      }
    }
    return committed;
  }

  private static Optional<ObjectNode> read(Supplier<ObjectNode> registration) {
    try {
      return Optional.of(registration.get());
    } catch (PromptFileException e) {
      // An invalid file was never registered.
      return Optional.empty();
    }
  }

  private static List<ObjectNode> limitToRequestSize(int maxBytes, Set<ObjectNode> previous) {
    List<ObjectNode> fitting = new ArrayList<>();
    int remainingBytes = maxBytes;
    for (ObjectNode content : previous) {
      int size = bytes(content);
      if (size <= remainingBytes && fitting.size() < MAX_CONTENTS) {
        fitting.add(content);
        remainingBytes -= size;
      }
    }
    return fitting;
  }

  private static int bytes(ObjectNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}
