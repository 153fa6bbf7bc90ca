package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps packages and classes small enough to be read. */
final class SourceSizeTest {
  private static final int MAX_FILES = 30;
  private static final int MAX_LINES = 400;

  /** Starts the sentence of a class comment that says why a longer class is not split. */
  private static final String REASON = "One piece because";

  @Test
  void packagesHaveAtMostThirtyFiles() throws IOException {
    Map<Path, Long> sizes =
        sources().stream()
            .collect(Collectors.groupingBy(Path::getParent, TreeMap::new, Collectors.counting()));

    assertEquals(
        List.of(),
        sizes.entrySet().stream()
            .filter(size -> size.getValue() > MAX_FILES)
            .map(size -> size.getKey() + " has " + size.getValue() + " files: split it")
            .toList());
  }

  @Test
  void classesHaveAtMostFourHundredLinesOrAReason() throws IOException {
    assertEquals(
        List.of(),
        sources().stream()
            .filter(SourceSizeTest::isTooLong)
            .map(file -> file + ": split it, or say in its comment \"" + REASON + " ...\"")
            .toList());
  }

  private static boolean isTooLong(Path file) {
    try {
      return Files.readAllLines(file).size() > MAX_LINES
          && !Files.readString(file).replaceAll("\\s+\\*?\\s*", " ").contains(REASON);
    } catch (IOException e) {
      throw new AssertionError(file + " cannot be read", e);
    }
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }
}
