package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.promptfile.PromptDirectory;
import dev.tollgate.promptfile.PromptFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GitHistoryTest {
  // printf 'One\n' | sha256sum, and so on.
  private static final String ONE = "82a5f8bf6ec1";
  private static final String TWO = "6bfcb6c5681d";

  private final Path folder;
  private final Path prompts;

  GitHistoryTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    prompts = Files.createDirectories(folder.resolve("deep/prompts"));
  }

  @Test
  void everyEarlierContentCountsOnceWhateverTheFilesKindWas() throws Exception {
    GitRepository git = GitRepository.create(folder);
    git.write("deep/prompts/rag.txt", "One\r\n");
    git.commit("First");
    git.write("deep/prompts/rag.txt", "Two\n");
    git.commit("Second");
    git.write("deep/prompts/rag.yaml", "no front matter yet");
    Files.delete(prompts.resolve("rag.txt"));
    git.commit("A faulty one");
    git.write("deep/prompts/rag.yaml", "---\nmodel: m\n---\nOne\n");
    git.write("deep/prompts/other.txt", "Other");
    git.commit("Back again");
    git.write("deep/prompts/rag.yaml", "---\nmodel: m\n---\nNot committed\n");
    git.write("deep/prompts/rag.v1.txt", "Archived");

    assertEquals(List.of(hash("One\n"), hash("Two\n"), hash("Archived")), formerHashes());
  }

  @Test
  void withoutARepositoryOnlyArchivesCount() throws IOException {
    Files.writeString(prompts.resolve("rag.txt"), "One");
    Files.writeString(prompts.resolve("rag.v1.txt"), "Archived");

    assertEquals(List.of(hash("Archived")), formerHashes());
    assertEquals(Optional.empty(), new GitHistory(prompts).lastSubject("rag.txt"));
  }

  @Test
  void aRepositoryWithoutACommitKnowsNothing() throws Exception {
    GitRepository.create(folder).write("deep/prompts/rag.txt", "One");

    assertEquals(List.of(), formerHashes());
  }

  @Test
  void aLongHistoryIsCutAtFiftyCommits() throws Exception {
    GitRepository git = GitRepository.create(folder);
    for (int i = 0; i < 52; i++) {
      git.write("deep/prompts/rag.txt", "Text " + i);
      git.commit("Commit " + i);
    }

    List<String> hashes = formerHashes();
    assertEquals(50, hashes.size());
    assertEquals(hash("Text 51"), hashes.getFirst());
    assertEquals(hash("Text 2"), hashes.getLast());
  }

  @Test
  void theLastSubjectSpeaksOnlyOfCommittedContent() throws Exception {
    GitRepository git = GitRepository.create(folder);
    git.write("deep/prompts/rag.txt", "One");
    git.commit("Ask for shorter answers");
    git.write("deep/prompts/other.txt", "Other");
    git.commit("Something else");
    GitHistory history = new GitHistory(prompts);

    assertEquals(Optional.of("Ada Author"), history.userName());
    assertEquals(Optional.of("Ask for shorter answers"), history.lastSubject("rag.txt"));
    assertEquals(Optional.empty(), history.lastSubject("new.txt"));
    git.write("deep/prompts/rag.txt", "Two");
    assertEquals(Optional.empty(), history.lastSubject("rag.txt"));
  }

  @Test
  void hashesAreThoseOfTheRegistry() throws IOException {
    assertEquals(ONE, hash("One\n"));
    assertEquals(TWO, hash("Two\n"));
    // printf '[{"content":"Hi","role":"user"}]' | sha256sum
    assertEquals(
        "557f6d9586f5",
        FormerHashes.hash(Json.read("[{\"role\": \"user\", \"content\": \"Hi\"}]")));
    assertEquals(
        ONE, FormerHashes.hash(Json.read("[{\"role\": \"system\", \"content\": \"One\\n\"}]")));
  }

  private List<String> formerHashes() {
    PromptFile file = new PromptDirectory(prompts).find("rag").orElseThrow();
    return FormerHashes.of(file, new GitHistory(prompts));
  }

  private static String hash(String text) {
    JsonNode content = PromptFile.contentOf("rag.txt", text.getBytes(StandardCharsets.UTF_8));
    assertTrue(content.isTextual());
    return FormerHashes.hash(content);
  }
}
