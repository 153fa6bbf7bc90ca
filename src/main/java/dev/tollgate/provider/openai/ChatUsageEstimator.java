package dev.tollgate.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelLimits;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.UsageBound;
import java.nio.charset.StandardCharsets;

/**
 * Estimates the maximum usage of a request to the Chat Completions API. Bytes bound its text, and
 * the model's maximum bounds each image. A file or audio may fill the model's context, which bounds
 * every prompt because the API rejects longer ones. The request, or else the model, limits the
 * output of each choice.
 */
public final class ChatUsageEstimator {
  /** OpenAI's maximum (API reference). */
  private static final long MAX_CHOICES = 128;

  private long dataBytes;
  private long images;
  private boolean files;

  private ChatUsageEstimator() {}

  /**
   * Estimates the maximum usage of a request.
   *
   * @param limits of its model
   */
  public static UsageBound estimateMax(ModelRequest request, ModelLimits limits) {
    ChatUsageEstimator found = new ChatUsageEstimator();
    request.messages().forEach(message -> found.addAll(message.path("content")));
    JsonNode others = request.otherFields();
    boolean searches = others.hasNonNull("web_search_options");
    return new UsageBound(
        searches ? limits.context() : found.maxPromptTokens(request, limits),
        Math.clamp(others.path("n").asLong(1), 1, MAX_CHOICES) * maxOutputTokens(others, limits),
        searches ? 1 : 0);
  }

  /** OpenAI bills rejected prediction tokens as output. */
  private static long maxOutputTokens(JsonNode others, ModelLimits limits) {
    long longest =
        ChatJson.MAX_TOKENS_FIELDS.stream()
            .filter(others::hasNonNull)
            .mapToLong(limit -> Math.clamp(others.path(limit).asLong(), 0, limits.context()))
            .max()
            .orElse(limits.output());
    JsonNode prediction = others.path("prediction");
    return prediction.isObject()
        ? longest + prediction.toString().getBytes(StandardCharsets.UTF_8).length
        : longest;
  }

  private long maxPromptTokens(ModelRequest request, ModelLimits limits) {
    ObjectNode body = ChatJson.writeRequest(request);
    long tokens = UsageBound.maxTextTokens(body, dataBytes) + images * limits.image();
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
