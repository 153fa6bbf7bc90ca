package dev.tollgate.invocation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.invocation.Invocation.Input;
import dev.tollgate.json.JsonNodes;
import dev.tollgate.prompt.content.PromptCaching;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.prompt.content.RenderResult;
import dev.tollgate.provider.ModelInfo;
import dev.tollgate.provider.anthropic.MessagesJson;
import java.util.Optional;

/**
 * Cache breakpoints of a managed prompt for Anthropic's prompt cache. A breakpoint is set only
 * where the prefix is long enough to be cached. All breakpoints of a request have one TTL, since
 * the provider requires longer TTLs before shorter ones.
 */
final class CacheBreakpoints {
  private final Optional<String> ttl;
  private final Optional<ModelInfo> model;

  /** The part of the request that the model reads before the next breakpoint. */
  private final StringBuilder prefix = new StringBuilder();

  private CacheBreakpoints(Optional<String> ttl, Optional<ModelInfo> model) {
    this.ttl = ttl;
    this.model = model;
  }

  /**
   * Starts the breakpoints of one request.
   *
   * @param model absent if unknown; then a prefix of any length may be cached
   */
  static CacheBreakpoints of(
      PromptContent content, Input.Managed managed, Optional<ModelInfo> model) {
    // The provider allows four breakpoints, and a caller's own ones fit its conversation better.
    boolean enabled =
        managed.promptCaching()
            && managed.callerRequest().filter(MessagesJson::hasCacheBreakpoints).isEmpty()
            && !MessagesJson.hasCacheBreakpoints(managed.messages());
    // A template may mark a document without setting a TTL.
    PromptCaching caching =
        content.promptCaching() == PromptCaching.OFF
            ? PromptCaching.FIVE_MINUTES
            : content.promptCaching();
    CacheBreakpoints breakpoints =
        new CacheBreakpoints(enabled ? Optional.of(caching.id()) : Optional.empty(), model);
    // The provider puts tools before all text.
    managed
        .callerRequest()
        .ifPresent(sent -> breakpoints.prefix.append(sent.otherFields().path("tools").toString()));
    return breakpoints;
  }

  /**
   * Builds the content of the next message: blocks if it contains a breakpoint, else a plain
   * string.
   */
  JsonNode content(RenderResult.Message message) {
    ArrayNode blocks = JsonNodes.array();
    StringBuilder block = new StringBuilder();
    for (RenderResult.Segment segment : message.segments()) {
      prefix.append(segment.text());
      block.append(segment.text());
      if (segment.cacheBreakpoint() && ttl.isPresent() && isLongEnough()) {
        blocks.add(MessagesJson.textBlock(block.toString(), ttl));
        block.setLength(0);
      }
    }
    if (blocks.isEmpty()) {
      return JsonNodeFactory.instance.textNode(block.toString());
    }
    if (!block.isEmpty()) {
      blocks.add(MessagesJson.textBlock(block.toString(), Optional.empty()));
    }
    return blocks;
  }

  private boolean isLongEnough() {
    return model.filter(info -> info.isTooShortToCache(prefix)).isEmpty();
  }
}
