package dev.tollgate.promptfile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A folder of prompt files. {@code <name>.txt} is a prompt's text, with the settings that {@code
 * defaults.yaml} gives; {@code <name>.yaml} has settings of its own between two lines {@code ---}
 * and the text below them, or a chat prompt's messages as {@code content}. {@code <name>.v3.txt} is
 * an archived version, {@code <name>.tests.yaml} the suite and {@code <name>.heldout.yaml} more of
 * its cases, which are held out. All other files, and folders, are ignored. Nothing is kept: each
 * call reads what is there now.
 */
public final class PromptDirectory {
  /** The file of the settings that hold where a prompt's own file says nothing. */
  public static final String DEFAULTS = "defaults.yaml";

  private final Path directory;

  /** Reads nothing yet. */
  public PromptDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * The prompts that have a file, in alphabetical order.
   *
   * @throws PromptFileException if the folder cannot be read
   */
  public SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>();
    for (Path file : files()) {
      PromptFileName.parse(fileName(file))
          .filter(name -> name.kind() instanceof PromptFileName.Kind.Current)
          .ifPresent(name -> names.add(name.prompt()));
    }
    return names;
  }

  /**
   * Reads one prompt, and no other prompt's file.
   *
   * @throws PromptFileException if its file, or that of the defaults, cannot be understood
   */
  public Optional<PromptFile> find(String name) {
    List<Path> current = new ArrayList<>();
    List<PromptFile.ArchivedVersion> archives = new ArrayList<>();
    Optional<Path> suite = Optional.empty();
    Optional<Path> heldOut = Optional.empty();
    for (Path file : files()) {
      Optional<PromptFileName> parsed = PromptFileName.parse(fileName(file));
      if (parsed.isEmpty() || !parsed.get().prompt().equals(name)) {
        continue;
      }
      switch (parsed.get().kind()) {
        case PromptFileName.Kind.Current() -> current.add(file);
        case PromptFileName.Kind.Archived(int version) ->
            archives.add(new PromptFile.ArchivedVersion(version, file));
        case PromptFileName.Kind.Suite() -> suite = Optional.of(file);
        case PromptFileName.Kind.HeldOut() -> heldOut = Optional.of(file);
      }
    }
    if (current.isEmpty()) {
      return Optional.empty();
    }
    if (current.size() > 1) {
      throw new PromptFileException(
          current.getFirst().toString(),
          "and " + current.getLast() + " are both prompt " + name + ": keep one of them");
    }
    if (heldOut.isPresent() && suite.isEmpty()) {
      throw new PromptFileException(
          heldOut.get().toString(),
          "holds more cases of a suite that is not there: write " + name + ".tests.yaml");
    }
    archives.sort(Comparator.comparingInt(PromptFile.ArchivedVersion::version).reversed());
    Path path = current.getFirst();
    return Optional.of(
        new PromptFile(
            name,
            path,
            ParsedPromptFile.read(path).registration(defaults()),
            suite,
            heldOut,
            archives));
  }

  /**
   * What an archived version would register, with the defaults as they are now.
   *
   * @throws PromptFileException if its file, or that of the defaults, cannot be understood
   */
  public ObjectNode registration(PromptFile.ArchivedVersion archive) {
    return ParsedPromptFile.read(archive.path()).registration(defaults());
  }

  /** A version as {@code <name>.txt}, which leaves its settings to the defaults. */
  public PromptFileDraft draftText(String name, String text) {
    return draft(name + ".txt", text);
  }

  /**
   * A version as {@code <name>.yaml}, whose front matter says what the defaults do not.
   *
   * @param version {@code content} and the settings; other fields are left out
   */
  public PromptFileDraft draftWithSettings(String name, ObjectNode version) {
    JsonNode content = version.path("content");
    ObjectNode own = PromptFileSettings.difference(defaults(), version, content);
    if (!content.isTextual()) {
      own.set("content", content);
    }
    return draft(
        name + ".yaml",
        ParsedPromptFile.FRONT_MATTER_DELIMITER
            + "\n"
            + Yaml.write(own)
            + ParsedPromptFile.FRONT_MATTER_DELIMITER
            + "\n"
            + content.asText(""));
  }

  private PromptFileDraft draft(String fileName, String text) {
    Path path = directory.resolve(fileName);
    return new PromptFileDraft(
        path, text, ParsedPromptFile.parse(path.toString(), text).registration(defaults()));
  }

  private ObjectNode defaults() {
    Path file = directory.resolve(DEFAULTS);
    if (!Files.exists(file)) {
      return PromptFileSettings.empty();
    }
    return ParsedPromptFile.readSettings(file);
  }

  /** By listing, since a file system that ignores case would find {@code RAG.txt} for rag. */
  private List<Path> files() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new PromptFileException(directory.toString(), "is no folder that can be read", e);
    }
  }

  private static String fileName(Path file) {
    return String.valueOf(file.getFileName());
  }
}
