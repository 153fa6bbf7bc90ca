package dev.tollgate.cli.prompts;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Git's history of a folder. Without git or a repository it is empty, because prompt files need not
 * be in git.
 */
final class GitHistory {
  private static final int MAX_COMMITS = 50;

  private final Path directory;

  GitHistory(Path directory) {
    this.directory = directory;
  }

  /**
   * Contents of these files by name, after each of the last commits that changed one of them,
   * newest first. Files that did not exist are left out.
   */
  List<Map<String, byte[]>> snapshots(List<String> fileNames) {
    List<String> revList =
        new ArrayList<>(List.of("rev-list", "--max-count=" + MAX_COMMITS, "HEAD", "--"));
    revList.addAll(fileNames);
    List<String> commits = runGit(revList, "").map(GitHistory::decode).orElse("").lines().toList();
    StringBuilder objects = new StringBuilder();
    for (String commit : commits) {
      for (String fileName : fileNames) {
        objects.append(commit).append(":./").append(fileName).append('\n');
      }
    }
    return runGit(List.of("cat-file", "--batch"), objects.toString())
        .map(batch -> snapshots(commits.size(), fileNames, batch))
        .orElse(List.of());
  }

  /** Git's {@code user.name}. */
  Optional<String> userName() {
    return gitOutput(List.of("config", "user.name"));
  }

  /** Subject of the last commit of a file, unless the file has uncommitted changes. */
  Optional<String> lastCommitSubject(String fileName) {
    return runGit(List.of("diff", "--quiet", "HEAD", "--", fileName), "")
        .flatMap(_ -> gitOutput(List.of("log", "-1", "--format=%s", "--", fileName)));
  }

  private Optional<String> gitOutput(List<String> arguments) {
    return runGit(arguments, "")
        .map(output -> decode(output).strip())
        .filter(text -> !text.isEmpty());
  }

  /** Output of the command if it succeeds. */
  private Optional<byte[]> runGit(List<String> arguments, String input) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toAbsolutePath().toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      // At most 50 commits of three names fit into the buffer of a pipe.
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      byte[] output = process.getInputStream().readAllBytes();
      return process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /**
   * Parses the output of {@code cat-file --batch}: a line {@code <id> blob <size>}, the bytes and a
   * line feed, or a line that ends with {@code missing}.
   */
  private static List<Map<String, byte[]>> snapshots(
      int commits, List<String> fileNames, byte[] batch) {
    List<Map<String, byte[]>> snapshots = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(batch))) {
      for (int i = 0; i < commits; i++) {
        Map<String, byte[]> files = new HashMap<>();
        for (String fileName : fileNames) {
          String[] header = headerLine(in).split(" ", -1);
          if (header.length == 3) {
            byte[] bytes = new byte[Integer.parseInt(header[2])];
            in.readFully(bytes);
            in.readByte();
            // A folder of that name is not a prompt file.
            if (header[1].equals("blob")) {
              files.put(fileName, bytes);
            }
          }
        }
        snapshots.add(files);
      }
    } catch (IOException e) {
      return snapshots;
    }
    return snapshots;
  }

  private static String headerLine(DataInputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (char next = (char) in.readByte(); next != '\n'; next = (char) in.readByte()) {
      line.append(next);
    }
    return line.toString();
  }

  private static String decode(byte[] output) {
    return new String(output, StandardCharsets.UTF_8);
  }
}
