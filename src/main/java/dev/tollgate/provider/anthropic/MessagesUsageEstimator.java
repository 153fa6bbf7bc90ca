package dev.tollgate.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelLimits;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.UsageBound;
import java.util.regex.Pattern;

/**
 * The most that a request to the Messages API can use. Its text is bounded by its bytes and a
 * picture by a maximum of its own; a document may fill the model's context, and nothing goes beyond
 * that, since a longer prompt is refused. Tools that Anthropic itself runs make it ask the model
 * again and again with what they found.
 */
public final class MessagesUsageEstimator {
  /** Of a picture in high resolution, which Opus 4.7 was the first to take (vision guide). */
  private static final long IMAGE_TOKENS = 4_784;

  /** How often the model is asked within one call before it pauses (guide on stop reasons). */
  private static final long MAX_ROUNDS = 10;

  /** More than anybody means, and few enough to multiply. */
  private static final long MAX_SEARCHES = 1_000;

  /** Tools that the caller runs; every other one with a type is run by Anthropic. */
  private static final Pattern CLIENT_TOOL =
      Pattern.compile("(?:custom|(?:bash|text_editor|computer|memory)_.*)?");

  private static final Pattern WEB_SEARCH = Pattern.compile("web_search_.*");

  private long dataBytes;
  private long images;
  private boolean documents;

  private MessagesUsageEstimator() {}

  /**
   * Bounds a request.
   *
   * @param limits of its model
   */
  public static UsageBound estimateMax(ModelRequest request, ModelLimits limits) {
    MessagesUsageEstimator found = new MessagesUsageEstimator();
    request.messages().forEach(message -> found.addAll(message.path("content")));
    JsonNode tools = request.otherFields().path("tools");
    long rounds = usesServerTools(request) ? 1 + MAX_ROUNDS : 1;
    return new UsageBound(
        rounds * (rounds > 1 ? limits.context() : found.maxPromptTokens(request, limits)),
        request.maxTokens().orElse((int) limits.output()),
        maxSearches(tools));
  }

  private long maxPromptTokens(ModelRequest request, ModelLimits limits) {
    ObjectNode body = MessagesJson.writeRequest(request);
    long tokens = UsageBound.maxTextTokens(body, dataBytes) + images * IMAGE_TOKENS;
    return documents ? limits.context() : Math.min(tokens, limits.context());
  }

  /** Content is a text or a list of blocks, some of which hold content themselves. */
  private void addAll(JsonNode content) {
    for (JsonNode block : content) {
      JsonNode source = block.path("source");
      switch (block.path("type").asText()) {
        case "image" -> {
          images++;
          dataBytes += source.path("data").asText().length();
        }
        case "tool_result" -> addAll(block.path("content"));
        case "document" -> {
          documents |= !source.path("type").asText().equals("text");
          addAll(source.path("content"));
        }
        case "container_upload" -> documents = true;
        default -> {}
      }
    }
  }

  private static boolean usesServerTools(ModelRequest request) {
    if (!request.otherFields().path("mcp_servers").isEmpty()) {
      return true;
    }
    for (JsonNode tool : request.otherFields().path("tools")) {
      if (!CLIENT_TOOL.matcher(tool.path("type").asText()).matches()) {
        return true;
      }
    }
    return false;
  }

  private static long maxSearches(JsonNode tools) {
    long searches = 0;
    for (JsonNode tool : tools) {
      if (WEB_SEARCH.matcher(tool.path("type").asText()).matches()) {
        searches += Math.clamp(tool.path("max_uses").asLong(MAX_ROUNDS), 0, MAX_SEARCHES);
      }
    }
    return searches;
  }
}
