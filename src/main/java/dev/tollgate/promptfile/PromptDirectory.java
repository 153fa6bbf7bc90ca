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
 * A folder of prompt files:
 *
 * <ul>
 *   <li>{@code <name>.txt} is a prompt's text, with the settings of {@code defaults.yaml}.
 *   <li>{@code <name>.yaml} has its own settings between two lines {@code ---}, and the text below
 *       them. A chat prompt has its messages as {@code content} instead.
 *   <li>{@code <name>.v3.txt} is an archived version.
 *   <li>{@code <name>.tests.yaml} is the test suite.
 *   <li>{@code <name>.heldout.yaml} contains the held-out cases of the suite.
 * </ul>
 *
 * <p>Other files and folders are ignored. Nothing is cached: each call reads the current files.
 */
public final class PromptDirectory {
  /** The file with the default settings of all prompts. */
  public static final String DEFAULTS = "defaults.yaml";

  private final Path directory;

  /** Does not read the folder yet. */
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
   * Reads one prompt, without the files of other prompts.
   *
   * @throws PromptFileException if its file or the file of the defaults is invalid
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
          "and " + current.getLast() + " are both prompt " + name + "; keep one of them");
    }
    if (heldOut.isPresent() && suite.isEmpty()) {
      throw new PromptFileException(
          heldOut.get().toString(),
          "has held-out cases but the suite is missing; add " + name + ".tests.yaml");
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
   * The request body that registers an archived version, with the current defaults.
   *
   * @throws PromptFileException if its file or the file of the defaults is invalid
   */
  public ObjectNode registration(PromptFile.ArchivedVersion archive) {
    return ParsedPromptFile.read(archive.path()).registration(defaults());
  }

  /** Drafts a version as {@code <name>.txt}, which takes its settings from the defaults. */
  public PromptFileDraft draftText(String name, String text) {
    return draft(name + ".txt", text);
  }

  /**
   * Drafts a version as {@code <name>.yaml}, whose front matter contains only settings that differ
   * from the defaults.
   *
   * @param version {@code content} and the settings; other fields are ignored
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

  /**
   * Lists the folder, because a case-insensitive file system would find {@code RAG.txt} for rag.
   */
  private List<Path> files() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new PromptFileException(directory.toString(), "is not a readable folder", e);
    }
  }

  private static String fileName(Path file) {
    return String.valueOf(file.getFileName());
  }
}
