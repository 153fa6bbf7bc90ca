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
 * What a prompt's file would have registered before, by which the registry tells a file that moved
 * on from a registry that did. Settings count as much as the text does, so a commit's file is read
 * with the defaults of that commit.
 */
final class FileHistory {
  /** As many as the API takes. */
  private static final int MAX_CONTENTS = 50;

  /** Of the whole request; the API takes 4 MB. */
  private static final int MAX_REQUEST_BYTES = 2_900_000;

  private FileHistory() {}

  /**
   * Of the file's commits, the latest first, and of the versions archived beside it, as many as one
   * request holds. None is what the file holds now, and none comes twice.
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
    List<String> own = List.of(name + ".txt", name + ".yaml");
    List<String> wanted = new ArrayList<>(own);
    wanted.add(PromptDirectory.DEFAULTS);
    List<ObjectNode> committed = new ArrayList<>();
    for (Map<String, byte[]> files : git.snapshots(wanted)) {
      Optional<byte[]> defaults = Optional.ofNullable(files.get(PromptDirectory.DEFAULTS));
      for (String fileName : own) {
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
      // What was faulty then registered nothing.
      return Optional.empty();
    }
  }

  private static List<ObjectNode> limitToRequestSize(int maxBytes, Set<ObjectNode> previous) {
    List<ObjectNode> fitting = new ArrayList<>();
    int remainingBytes = maxBytes;
    for (ObjectNode former : previous) {
      int size = bytes(former);
      if (size <= remainingBytes && fitting.size() < MAX_CONTENTS) {
        fitting.add(former);
        remainingBytes -= size;
      }
    }
    return fitting;
  }

  private static int bytes(ObjectNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}
