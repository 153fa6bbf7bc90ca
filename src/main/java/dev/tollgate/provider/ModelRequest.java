package dev.tollgate.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A request to a model, in the format of its provider's API.
 *
 * @param apiVersion the API version header that the caller sent, if any
 * @param apiBeta the beta header that the caller sent, if any
 * @param maxTokens the maximum of output tokens, if the API requires it; OpenAI's two optional
 *     fields for it are in {@code otherFields}
 * @param system the system prompt, a string or blocks, if the API has a field for it; OpenAI's is
 *     one of the messages
 * @param metadata the caller's data about itself; does not affect the response
 * @param streamOptions the API's streaming options; absent if the response is not streamed. Does
 *     not affect the response's content
 * @param otherFields all other fields of the body, known or not, unchanged
 */
public record ModelRequest(
    Provider provider,
    Optional<String> apiVersion,
    Optional<String> apiBeta,
    String model,
    OptionalInt maxTokens,
    Optional<JsonNode> system,
    ArrayNode messages,
    Optional<BigDecimal> temperature,
    Optional<JsonNode> metadata,
    Optional<ObjectNode> streamOptions,
    ObjectNode otherFields) {
  /** The fields of a text-only message. */
  private static final Set<String> TEXT_FIELDS = Set.of("role", "name", "content");

  /** Returns the same request to another model of the same API. */
  public ModelRequest withModel(String other) {
    return copy(other, messages, temperature, metadata, streamOptions, otherFields);
  }

  /** Returns the same request without streaming and without the caller's metadata. */
  public ModelRequest withoutCallerOptions() {
    return copy(model, messages, temperature, Optional.empty(), Optional.empty(), otherFields);
  }

  /** Returns the same request with other messages. */
  public ModelRequest withMessages(ArrayNode otherMessages) {
    return copy(model, otherMessages, temperature, metadata, streamOptions, otherFields);
  }

  /**
   * Returns whether the conversation is text only: it has no tools, tool calls, media or unknown
   * message fields.
   */
  public boolean isTextOnly() {
    return provider.toolFields().stream().noneMatch(otherFields::hasNonNull)
        && messages.valueStream().allMatch(ModelRequest::isTextOnly);
  }

  /** Counts the characters of texts and tools, without images. */
  long countCharacters() {
    return system.map(TextLength::countCharacters).orElse(0L)
        + TextLength.countCharacters(messages)
        + TextLength.countCharacters(otherFields.path("tools"));
  }

  private static boolean isTextOnly(JsonNode message) {
    JsonNode content = message.path("content");
    boolean text =
        content.isTextual()
            || (content.isArray()
                && content
                    .valueStream()
                    .allMatch(block -> block.path("type").asText().equals("text")));
    return text
        && message
            .propertyStream()
            .allMatch(it -> TEXT_FIELDS.contains(it.getKey()) || it.getValue().isNull());
  }

  /** Returns the request without some optional fields: the temperature or any of the others. */
  ModelRequest withoutFields(Set<String> fields) {
    return copy(
        model,
        messages,
        temperature.filter(_ -> !fields.contains("temperature")),
        metadata,
        streamOptions,
        otherFields.deepCopy().without(fields));
  }

  private ModelRequest copy(
      String otherModel,
      ArrayNode otherMessages,
      Optional<BigDecimal> otherTemperature,
      Optional<JsonNode> otherMetadata,
      Optional<ObjectNode> otherStream,
      ObjectNode newOtherFields) {
    return new ModelRequest(
        provider,
        apiVersion,
        apiBeta,
        otherModel,
        maxTokens,
        system,
        otherMessages,
        otherTemperature,
        otherMetadata,
        otherStream,
        newOtherFields);
  }
}
