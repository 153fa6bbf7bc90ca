package dev.tollgate.promptfile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tollgate.json.JsonNodes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parsed prompt file: its own settings and its content. The content is a text or, for a chat
 * prompt, the list of messages.
 */
record ParsedPromptFile(String file, ObjectNode settings, JsonNode content) {
  static final String FRONT_MATTER_DELIMITER = "---";

  private static final Pattern FRONT_MATTER =
      Pattern.compile("\\A---[ \\t]*\\n(?<yaml>(?s:.*?))^---[ \\t]*(?:\\n|\\z)", Pattern.MULTILINE);

  static ParsedPromptFile read(Path path) {
    return parse(path.toString(), readText(path));
  }

  /** Reads a file that contains only settings. */
  static ObjectNode readSettings(Path path) {
    return parseSettings(path.toString(), readText(path));
  }

  static ObjectNode parseSettings(String file, String text) {
    ObjectNode settings = Yaml.readMapping(file, 1, text);
    PromptFileSettings.validate(file, settings, false);
    return settings;
  }

  private static String readText(Path path) {
    try {
      return decode(path.toString(), Files.readAllBytes(path));
    } catch (IOException e) {
      throw new PromptFileException(path.toString(), "cannot be read: " + e.getMessage(), e);
    }
  }

  static ParsedPromptFile parse(String file, String text) {
    if (!PromptFileName.hasFrontMatter(file)) {
      return new ParsedPromptFile(file, PromptFileSettings.empty(), TextNode.valueOf(text));
    }
    Matcher frontMatter = FRONT_MATTER.matcher(text);
    if (!frontMatter.find()) {
      throw new PromptFileException(
          file,
          text.startsWith(FRONT_MATTER_DELIMITER)
              ? "the front matter does not end; add a line --- below its last field"
              : "must begin with a line ---, fields and another line ---; use .txt for a prompt"
                  + " without its own fields");
    }
    ObjectNode settings = Yaml.readMapping(file, 2, frontMatter.group("yaml"));
    PromptFileSettings.validate(file, settings, true);
    String body = text.substring(frontMatter.end());
    JsonNode messages = settings.remove("content");
    if (messages == null) {
      return new ParsedPromptFile(file, settings, TextNode.valueOf(body));
    }
    if (!body.isBlank()) {
      throw new PromptFileException(
          file, "has content in its front matter and text below it; keep one of them");
    }
    return new ParsedPromptFile(file, settings, messages);
  }

  /** The request body that registers the file. */
  ObjectNode registration(ObjectNode defaults) {
    ObjectNode body = JsonNodes.object();
    body.set("content", content);
    body.setAll(PromptFileSettings.merge(defaults, settings, content));
    return body;
  }

  /** Decodes UTF-8, removes the byte order mark, and normalizes line endings for the hash. */
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
