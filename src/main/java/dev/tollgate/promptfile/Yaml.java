package dev.tollgate.promptfile;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.tollgate.json.JsonMappers;
import dev.tollgate.json.JsonNodes;

/** Reads and writes YAML with exact numbers. It rejects duplicate fields. */
final class Yaml {
  private static final ObjectMapper MAPPER =
      JsonMappers.configureExact(
              new ObjectMapper(
                  YAMLFactory.builder()
                      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                      // Otherwise prompt_caching: off would be a boolean.
                      .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
                      .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                      .disable(YAMLGenerator.Feature.SPLIT_LINES)
                      .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                      .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                      .build()))
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .configure(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION, false);

  private Yaml() {}

  /**
   * Reads a mapping. It is empty if the text contains none.
   *
   * @param firstLine the number of the text's first line in its file
   */
  static ObjectNode readMapping(String file, int firstLine, String yaml) {
    JsonNode read;
    try {
      read = MAPPER.readTree(yaml);
    } catch (JsonProcessingException e) {
      JsonLocation location = e.getLocation();
      String line =
          location == null || location.getLineNr() < 1
              ? ""
              : " at line " + (location.getLineNr() + firstLine - 1);
      throw new PromptFileException(
          file, "invalid YAML" + line + ": " + firstLineOf(e.getOriginalMessage()), e);
    }
    if (read.isMissingNode() || read.isNull()) {
      return JsonNodes.object();
    }
    if (!(read instanceof ObjectNode mapping)) {
      throw new PromptFileException(file, "must contain fields, such as model: claude-haiku-4-5");
    }
    return mapping;
  }

  static String write(ObjectNode mapping) {
    try {
      return mapping.isEmpty() ? "" : MAPPER.writeValueAsString(mapping);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Failed to write YAML", e);
    }
  }

  private static String firstLineOf(String message) {
    return message.lines().findFirst().orElse("");
  }
}
