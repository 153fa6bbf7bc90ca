package dev.tollgate.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/** How many characters of a request or of an answer are words to a model. */
public final class Wording {
  /** Fields that hold no words. */
  private static final Set<String> WORDLESS =
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

  /** Types of what is shown, and not said. */
  private static final Set<String> SHOWN = Set.of("base64", "url", "file");

  private Wording() {}

  /** The characters of all texts in there but data and links. */
  public static long characters(JsonNode part) {
    if (part.isTextual()) {
      return part.textValue().length();
    }
    if (part.isArray()) {
      return part.valueStream().mapToLong(Wording::characters).sum();
    }
    if (SHOWN.contains(part.path("type").asText())) {
      return 0;
    }
    return part.propertyStream()
        .filter(field -> !WORDLESS.contains(field.getKey()))
        .map(Map.Entry::getValue)
        .mapToLong(Wording::characters)
        .sum();
  }
}
