package dev.tollgate.cli.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.promptfile.PromptDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileHistoryTest {
  private final Path folder;
  private final Path prompts;

  FileHistoryTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    prompts = Files.createDirectories(folder.resolve("deep/prompts"));
  }

  @Test
  void returnsEachEarlierContentOnce() throws Exception {
    GitRepository git = GitRepository.create(folder);
    git.write("deep/prompts/rag.txt", "One\r\n");
    git.commit("First");
    git.write("deep/prompts/rag.txt", "Two\n");
    git.commit("Second");
    git.write("deep/prompts/rag.yaml", "no front matter yet");
    Files.delete(prompts.resolve("rag.txt"));
    git.commit("A faulty one");
    git.write("deep/prompts/rag.yaml", "---\n---\nOne\n");
    git.write("deep/prompts/other.txt", "Other");
    git.commit("Back again");
    git.write("deep/prompts/rag.yaml", "---\nmodel: m\n---\nNot committed\n");
    git.write("deep/prompts/rag.v1.txt", "Archived");
    git.write("deep/prompts/rag.v2.yaml", "faulty");

    assertEquals(
        List.of(
            "{\"content\":\"One\\n\"}", "{\"content\":\"Two\\n\"}", "{\"content\":\"Archived\"}"),
        contents());
  }

  @Test
  void readsACommitsFileWithTheDefaultsOfThatCommit() throws Exception {
    GitRepository git = GitRepository.create(folder);
    git.write("deep/prompts/rag.txt", "One");
    git.write("deep/prompts/defaults.yaml", "model: a\nmax_tokens: 1\n");
    git.commit("First");
    git.write("deep/prompts/defaults.yaml", "model: b\n");
    git.commit("Another model");
    git.write("deep/prompts/defaults.yaml", "no settings");
    git.commit("Faulty defaults");
    git.write("deep/prompts/defaults.yaml", "model: c\n");
    git.commit("The present ones");
    git.write("deep/prompts/rag.v1.txt", "Archived");

    assertEquals(
        List.of(
            "{\"content\":\"One\",\"model\":\"b\"}",
            "{\"content\":\"One\",\"model\":\"a\",\"max_tokens\":1}",
            "{\"content\":\"Archived\",\"model\":\"c\"}"),
        contents());
  }

  @Test
  void returnsOnlyArchivesWithoutARepository() throws IOException {
    Files.writeString(prompts.resolve("rag.txt"), "One");
    Files.writeString(prompts.resolve("rag.v1.txt"), "Archived");
    Files.writeString(prompts.resolve("rag.v2.txt"), "One");

    assertEquals(List.of("{\"content\":\"Archived\"}"), contents());
  }

  @Test
  void limitsTheHistoryToFiftyCommits() throws Exception {
    GitRepository git = GitRepository.create(folder);
    for (int i = 0; i < 52; i++) {
      git.write("deep/prompts/rag.txt", "Text " + i);
      git.commit("Commit " + i);
    }
    git.write("deep/prompts/rag.txt", "Not committed");
    git.write("deep/prompts/rag.v1.txt", "Archived");

    List<String> contents = contents();
    assertEquals(50, contents.size());
    assertEquals("{\"content\":\"Text 51\"}", contents.getFirst());
    assertEquals("{\"content\":\"Text 2\"}", contents.getLast());
  }

  @Test
  void leavesOutTheOldestIfTheRequestIsTooLarge() throws Exception {
    GitRepository git = GitRepository.create(folder);
    for (int i = 0; i < 10; i++) {
      git.write("deep/prompts/rag.txt", i + "ö".repeat(170_000));
      git.commit("Commit " + i);
    }
    git.write("deep/prompts/rag.txt", "x".repeat(4_000_000));
    git.commit("One that no request takes");
    git.write("deep/prompts/rag.txt", "now");

    List<String> contents = contents();
    assertEquals(8, contents.size());
    assertTrue(contents.getFirst().startsWith("{\"content\":\"9"));
    assertTrue(contents.getLast().startsWith("{\"content\":\"2"));
    assertTrue(String.join(",", contents).getBytes(StandardCharsets.UTF_8).length < 3_000_000);
  }

  private List<String> contents() {
    PromptDirectory directory = new PromptDirectory(prompts);
    return FileHistory.of(directory.find("rag").orElseThrow(), directory, new GitHistory(prompts))
        .stream()
        .map(ObjectNode::toString)
        .toList();
  }
}
