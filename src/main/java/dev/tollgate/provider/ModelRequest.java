package dev.tollgate.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A question to a model, in the shape of its provider's API.
 *
 * @param apiVersion the API version header that the caller sent, if any
 * @param apiBeta the beta header that the caller sent, if any
 * @param maxTokens the maximum of output tokens, where the API requires it. OpenAI has two optional
 *     fields for it, which are among the others
 * @param system the system prompt, a string or blocks, where the API has a field for it; OpenAI's
 *     is one of the messages
 * @param metadata labels of the caller, which do not affect the answer
 * @param streamOptions how the caller wants the answer streamed, in the options that the API has
 *     for it; absent if the answer is to come whole. Shapes no answer
 * @param otherFields every other field of the body, known to us or not, as it was sent
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
  /** What a message of nothing but text has. */
  private static final Set<String> TEXT_FIELDS = Set.of("role", "name", "content");

  /** The same question to another model of the same API. */
  public ModelRequest withModel(String other) {
    return copy(other, messages, temperature, metadata, streamOptions, otherFields);
  }

  /** The same question with its answer whole, and without what the caller says about itself. */
  public ModelRequest withoutCallerOptions() {
    return copy(model, messages, temperature, Optional.empty(), Optional.empty(), otherFields);
  }

  /** The same question after another conversation. */
  public ModelRequest withMessages(ArrayNode otherMessages) {
    return copy(model, otherMessages, temperature, metadata, streamOptions, otherFields);
  }

  /**
   * Whether the conversation is nothing but words: no tool is offered or was called, nothing shown,
   * and a message says nothing that we do not know.
   */
  public boolean isTextOnly() {
    return provider.toolFields().stream().noneMatch(otherFields::hasNonNull)
        && messages.valueStream().allMatch(ModelRequest::isTextOnly);
  }

  /** About how many characters a model is given to read: texts and tools, but no images. */
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

  /** The request without some of its optional fields: the temperature, or any of the others. */
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
