package dev.tollgate.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/** Counts the characters of a request or response that a model reads as text. */
public final class TextLength {
  /** Fields without text. */
  private static final Set<String> NON_TEXT_FIELDS =
      Set.of(
          "role",
          "type",
          "id",
          "tool_call_id",
          "tool_use_id",
          "cache_control",
          "signature",
          "finish_reason",
          "logprobs",
          "image_url",
          "input_audio",
          "audio",
          "file");

  /** Types of media sources. */
  private static final Set<String> MEDIA_TYPES = Set.of("base64", "url", "file");

  private TextLength() {}

  /** Counts the characters of all texts, without data and links. */
  public static long countCharacters(JsonNode part) {
    if (part.isTextual()) {
      return part.textValue().length();
    }
    if (part.isArray()) {
      return part.valueStream().mapToLong(TextLength::countCharacters).sum();
    }
    if (MEDIA_TYPES.contains(part.path("type").asText())) {
      return 0;
    }
    return part.propertyStream()
        .filter(field -> !NON_TEXT_FIELDS.contains(field.getKey()))
        .map(Map.Entry::getValue)
        .mapToLong(TextLength::countCharacters)
        .sum();
  }
}
