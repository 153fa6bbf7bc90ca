package dev.tollgate.promptfile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file taken apart: the settings that stand in it and its content, which is a text or, for a
 * chat prompt, the list of messages.
 */
record Source(String file, ObjectNode settings, JsonNode content) {
  static final String FENCE = "---";

  private static final Pattern FRONT_MATTER =
      Pattern.compile("\\A---[ \\t]*\\n(?<yaml>(?s:.*?))^---[ \\t]*(?:\\n|\\z)", Pattern.MULTILINE);

  static Source read(Path path) {
    return of(path.toString(), readText(path));
  }

  /** Reads a file that holds settings and nothing else. */
  static ObjectNode readSettings(Path path) {
    return settingsOf(path.toString(), readText(path));
  }

  static ObjectNode settingsOf(String file, String text) {
    ObjectNode settings = Yaml.mapping(file, 1, text);
    Settings.check(file, settings, false);
    return settings;
  }

  private static String readText(Path path) {
    try {
      return decode(path.toString(), Files.readAllBytes(path));
    } catch (IOException e) {
      throw new PromptFileException(path.toString(), "cannot be read: " + e.getMessage(), e);
    }
  }

  static Source of(String file, String text) {
    if (!FileName.hasFrontMatter(file)) {
      return new Source(file, Settings.none(), TextNode.valueOf(text));
    }
    Matcher frontMatter = FRONT_MATTER.matcher(text);
    if (!frontMatter.find()) {
      throw new PromptFileException(
          file,
          text.startsWith(FENCE)
              ? "the front matter does not end: put a line --- below its last field"
              : "must begin with a line ---, fields and another line ---; a prompt without fields"
                  + " of its own is a .txt");
    }
    ObjectNode settings = Yaml.mapping(file, 2, frontMatter.group("yaml"));
    Settings.check(file, settings, true);
    String below = text.substring(frontMatter.end());
    JsonNode messages = settings.remove("content");
    if (messages == null) {
      return new Source(file, settings, TextNode.valueOf(below));
    }
    if (!below.isBlank()) {
      throw new PromptFileException(
          file, "has content in its front matter and text below it: keep one of them");
    }
    return new Source(file, settings, messages);
  }

  /** The body that registers it. */
  ObjectNode registration(ObjectNode defaults) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("content", content);
    body.setAll(Settings.merge(defaults, settings, content));
    return body;
  }

  /** UTF-8 without a byte order mark, and with the line endings that the registry hashes. */
  static String decode(String file, byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return (text.startsWith("\ufeff") ? text.substring(1) : text)
          .replace("\r\n", "\n")
          .replace('\r', '\n');
    } catch (CharacterCodingException e) {
      throw new PromptFileException(file, "is not UTF-8", e);
    }
  }
}
