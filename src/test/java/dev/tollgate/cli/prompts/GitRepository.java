package dev.tollgate.cli.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real git repository that does not depend on the git settings of this machine. */
public record GitRepository(Path folder) {
  public static GitRepository create(Path folder) throws IOException, InterruptedException {
    GitRepository repository = new GitRepository(folder);
    repository.git("init", "--quiet");
    repository.git("config", "user.name", "Ada Author");
    repository.git("config", "user.email", "ada@example.com");
    repository.git("config", "commit.gpgsign", "false");
    return repository;
  }

  public void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.toAbsolutePath().getParent());
    Files.writeString(path, text);
  }

  public void commit(String subject) throws IOException, InterruptedException {
    git("add", "--all");
    git("commit", "--quiet", "--message", subject);
  }

  public void git(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }
}
