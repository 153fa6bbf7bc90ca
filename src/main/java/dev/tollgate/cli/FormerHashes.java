package dev.tollgate.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.promptfile.PromptFile;
import dev.tollgate.promptfile.PromptFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.erdtman.jcs.JsonCanonicalizer;

/**
 * The hashes of what a prompt file held before, by which the registry tells a file that moved on
 * from a registry that did.
 */
final class FormerHashes {
  private static final int LENGTH = 12;

  /** As many as the API takes. */
  private static final int MOST = 200;

  private FormerHashes() {}

  /** Of the file's commits and of the versions archived beside it, each hash once. */
  static List<String> of(PromptFile file, GitHistory git) {
    List<GitHistory.Former> formers =
        new ArrayList<>(git.contents(List.of(file.name() + ".txt", file.name() + ".yaml")));
    for (PromptFile.Archive archive : file.archives()) {
      try {
        formers.add(
            new GitHistory.Former(archive.path().toString(), Files.readAllBytes(archive.path())));
      } catch (IOException e) {
        throw new CommandException(archive.path() + ": cannot be read: " + e.getMessage(), e);
      }
    }
    return formers.stream()
        .flatMap(former -> hash(former).stream())
        .distinct()
        .limit(MOST)
        .toList();
  }

  private static Optional<String> hash(GitHistory.Former former) {
    try {
      return Optional.of(hash(PromptFile.contentOf(former.fileName(), former.bytes())));
    } catch (PromptFileException e) {
      // A file that was faulty in some commit registered nothing then.
      return Optional.empty();
    }
  }

  /** As the registry hashes content: the text, or the RFC 8785 JSON of a chat's messages. */
  static String hash(JsonNode content) {
    String hashed =
        content.isTextual()
            ? content.textValue()
            : onlySystemText(content).orElseGet(() -> canonical(content));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(hashed.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** A chat of nothing but a system message is that text. */
  private static Optional<String> onlySystemText(JsonNode messages) {
    return messages.size() == 1 && messages.path(0).path("role").asText().equals("system")
        ? Optional.of(messages.path(0).path("content").asText())
        : Optional.empty();
  }

  private static String canonical(JsonNode messages) {
    try {
      return new JsonCanonicalizer(messages.toString()).getEncodedString();
    } catch (IOException e) {
      throw new CommandException("a chat's messages could not be hashed: " + e.getMessage(), e);
    }
  }
}
