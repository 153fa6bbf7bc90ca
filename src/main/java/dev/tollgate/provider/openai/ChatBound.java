package dev.tollgate.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelLimits;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.UsageBound;
import java.nio.charset.StandardCharsets;

/**
 * The most that a request to the Chat Completions API can use. Its text is bounded by its bytes and
 * a picture by its model's dearest; a file or a sound may fill the model's context, and nothing
 * goes beyond that, since a longer prompt is refused. An answer is as long as the request allows or
 * else the model, and there may be several.
 */
public final class ChatBound {
  /** OpenAI takes no more (API reference). */
  private static final long MOST_CHOICES = 128;

  private long dataBytes;
  private long images;
  private boolean files;

  private ChatBound() {}

  /**
   * Bounds a request.
   *
   * @param limits of its model
   */
  public static UsageBound of(ModelRequest request, ModelLimits limits) {
    ChatBound found = new ChatBound();
    request.messages().forEach(message -> found.addAll(message.path("content")));
    JsonNode others = request.others();
    boolean searches = others.hasNonNull("web_search_options");
    return new UsageBound(
        searches ? limits.context() : found.prompt(request, limits),
        Math.clamp(others.path("n").asLong(1), 1, MOST_CHOICES) * answer(others, limits),
        searches ? 1 : 0);
  }

  /** What was predicted in vain is billed like an answer. */
  private static long answer(JsonNode others, ModelLimits limits) {
    long longest =
        ChatWire.LENGTH_LIMITS.stream()
            .filter(others::hasNonNull)
            .mapToLong(limit -> Math.clamp(others.path(limit).asLong(), 0, limits.context()))
            .max()
            .orElse(limits.output());
    JsonNode prediction = others.path("prediction");
    return prediction.isObject()
        ? longest + prediction.toString().getBytes(StandardCharsets.UTF_8).length
        : longest;
  }

  private long prompt(ModelRequest request, ModelLimits limits) {
    ObjectNode body = ChatWire.writeRequest(request);
    long tokens = UsageBound.textTokens(body, dataBytes) + images * limits.image();
    return files ? limits.context() : Math.min(tokens, limits.context());
  }

  private void addAll(JsonNode content) {
    for (JsonNode part : content) {
      switch (part.path("type").asText()) {
        case "image_url" -> {
          images++;
          String url = part.path("image_url").path("url").asText();
          dataBytes += url.startsWith("data:") ? url.length() : 0;
        }
        case "input_audio", "file" -> files = true;
        default -> {}
      }
    }
  }
}
