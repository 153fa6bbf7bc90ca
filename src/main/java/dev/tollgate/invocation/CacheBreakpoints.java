package dev.tollgate.invocation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.invocation.Invocation.Input;
import dev.tollgate.prompt.PromptCaching;
import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.RenderResult;
import dev.tollgate.provider.ModelInfo;
import dev.tollgate.provider.anthropic.MessagesJson;
import java.util.Optional;

/**
 * The marks of a managed prompt for Anthropic's prompt cache, set where they have an effect: where
 * all that comes before is long enough to be kept. All of a request have one lifetime, so that the
 * provider's order, longer ones first, always holds.
 */
final class CacheBreakpoints {
  private final Optional<String> ttl;
  private final Optional<ModelInfo> model;

  /** What the model will have read so far. */
  private final StringBuilder prefix = new StringBuilder();

  private CacheBreakpoints(Optional<String> ttl, Optional<ModelInfo> model) {
    this.ttl = ttl;
    this.model = model;
  }

  /**
   * The marks of one request.
   *
   * @param model what is known of the model; one that is unknown may keep anything
   */
  static CacheBreakpoints of(
      PromptContent content, Input.Managed managed, Optional<ModelInfo> model) {
    // The provider takes four marks at most, and a caller who sets some knows its conversation.
    boolean marks =
        managed.promptCaching()
            && managed.callerRequest().filter(MessagesJson::hasCacheBreakpoints).isEmpty()
            && !MessagesJson.hasCacheBreakpoints(managed.messages());
    // A document may be marked without a lifetime being said.
    PromptCaching caching =
        content.promptCaching() == PromptCaching.OFF
            ? PromptCaching.FIVE_MINUTES
            : content.promptCaching();
    CacheBreakpoints all =
        new CacheBreakpoints(marks ? Optional.of(caching.id()) : Optional.empty(), model);
    // The provider puts tools before all text.
    managed
        .callerRequest()
        .ifPresent(sent -> all.prefix.append(sent.otherFields().path("tools").toString()));
    return all;
  }

  /**
   * The content of the next message: a plain string, unless the provider's prompt cache is to keep
   * a part of it.
   */
  JsonNode content(RenderResult.Message message) {
    ArrayNode blocks = JsonNodeFactory.instance.arrayNode();
    StringBuilder open = new StringBuilder();
    for (RenderResult.Segment segment : message.segments()) {
      prefix.append(segment.text());
      open.append(segment.text());
      if (segment.cacheBreakpoint() && ttl.isPresent() && isLongEnough()) {
        blocks.add(MessagesJson.textBlock(open.toString(), ttl));
        open.setLength(0);
      }
    }
    if (blocks.isEmpty()) {
      return JsonNodeFactory.instance.textNode(open.toString());
    }
    if (!open.isEmpty()) {
      blocks.add(MessagesJson.textBlock(open.toString(), Optional.empty()));
    }
    return blocks;
  }

  private boolean isLongEnough() {
    return model.filter(facts -> facts.isTooShortToCache(prefix)).isEmpty();
  }
}
