package dev.tollgate.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.provider.ModelLimits;
import dev.tollgate.provider.ModelRequest;
import dev.tollgate.provider.UsageBound;
import java.util.regex.Pattern;

/**
 * Estimates the maximum usage of a request to the Messages API. Bytes bound its text, and a
 * constant bounds each image. A document may fill the model's context, which bounds every prompt
 * because the API rejects longer ones. Anthropic's server tools call the model several times with
 * their results.
 */
public final class MessagesUsageEstimator {
  /** The maximum for a high-resolution image, which models accept since Opus 4.7 (vision guide). */
  private static final long IMAGE_TOKENS = 4_784;

  /** The rounds within one call before the model pauses (guide on stop reasons). */
  private static final long MAX_ROUNDS = 10;

  /** A generous bound that avoids overflow. */
  private static final long MAX_SEARCHES = 1_000;

  /** Tools that the caller runs. Anthropic runs all others that have a type. */
  private static final Pattern CLIENT_TOOL =
      Pattern.compile("(?:custom|(?:bash|text_editor|computer|memory)_.*)?");

  private static final Pattern WEB_SEARCH = Pattern.compile("web_search_.*");

  private long dataBytes;
  private long images;
  private boolean documents;

  private MessagesUsageEstimator() {}

  /**
   * Estimates the maximum usage of a request.
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

  /** Adds content: a text or a list of blocks, which may be nested. */
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
