package dev.tollgate.cli.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GitHistoryTest {
  private final Path folder;
  private final Path prompts;

  GitHistoryTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    prompts = Files.createDirectories(folder.resolve("deep/prompts"));
  }

  @Test
  void returnsEveryCommitOfAFile() throws Exception {
    GitRepository git = GitRepository.create(folder);
    git.write("deep/prompts/rag.txt", "One");
    git.commit("First");
    git.write("deep/prompts/other.txt", "Other");
    git.commit("Of another file");
    git.write("deep/prompts/rag.yaml/no-file", "A folder of that name");
    git.write("deep/prompts/defaults.yaml", "model: m");
    git.commit("Second");

    assertEquals(
        List.of(Map.of("rag.txt", "One", "defaults.yaml", "model: m"), Map.of("rag.txt", "One")),
        snapshots());
  }

  @Test
  void isEmptyWithoutACommit() throws Exception {
    Files.writeString(prompts.resolve("rag.txt"), "One");
    assertEquals(List.of(), snapshots());
    assertEquals(Optional.empty(), new GitHistory(prompts).lastCommitSubject("rag.txt"));

    GitRepository.create(folder);
    assertEquals(List.of(), snapshots());
  }

  @Test
  void returnsTheLastSubjectOnlyOfCommittedContent() throws Exception {
    GitRepository git = GitRepository.create(folder);
    git.write("deep/prompts/rag.txt", "One");
    git.commit("Ask for shorter answers");
    git.write("deep/prompts/other.txt", "Other");
    git.commit("Something else");
    GitHistory history = new GitHistory(prompts);

    assertEquals(Optional.of("Ada Author"), history.userName());
    assertEquals(Optional.of("Ask for shorter answers"), history.lastCommitSubject("rag.txt"));
    assertEquals(Optional.empty(), history.lastCommitSubject("new.txt"));
    git.write("deep/prompts/rag.txt", "Two");
    assertEquals(Optional.empty(), history.lastCommitSubject("rag.txt"));
  }

  private List<Map<String, String>> snapshots() {
    return new GitHistory(prompts)
        .snapshots(List.of("rag.txt", "rag.yaml", "defaults.yaml")).stream()
            .map(GitHistoryTest::texts)
            .toList();
  }

  private static Map<String, String> texts(Map<String, byte[]> files) {
    return files.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, file -> new String(file.getValue(), StandardCharsets.UTF_8)));
  }
}
