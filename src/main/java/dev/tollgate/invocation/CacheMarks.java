package dev.tollgate.invocation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.invocation.Invocation.Question;
import dev.tollgate.prompt.PromptCaching;
import dev.tollgate.prompt.PromptContent;
import dev.tollgate.prompt.Rendering;
import dev.tollgate.provider.ModelFacts;
import dev.tollgate.provider.anthropic.MessagesWire;
import java.util.Optional;

/**
 * The marks of a managed prompt for Anthropic's prompt cache, set where they have an effect: where
 * all that comes before is long enough to be kept. All of a request have one lifetime, so that the
 * provider's order, longer ones first, always holds.
 */
final class CacheMarks {
  private final Optional<String> lifetime;
  private final Optional<ModelFacts> model;

  /** What the model will have read so far. */
  private final StringBuilder prefix = new StringBuilder();

  private CacheMarks(Optional<String> lifetime, Optional<ModelFacts> model) {
    this.lifetime = lifetime;
    this.model = model;
  }

  /**
   * The marks of one request.
   *
   * @param model what is known of the model; one that is unknown may keep anything
   */
  static CacheMarks of(
      PromptContent content, Question.Managed managed, Optional<ModelFacts> model) {
    // The provider takes four marks at most, and a caller who sets some knows its conversation.
    boolean marks =
        managed.promptCaching()
            && managed.sent().filter(MessagesWire::marksCaching).isEmpty()
            && !MessagesWire.marksCaching(managed.messages());
    // A document may be marked without a lifetime being said.
    PromptCaching caching =
        content.promptCaching() == PromptCaching.OFF
            ? PromptCaching.FIVE_MINUTES
            : content.promptCaching();
    CacheMarks all = new CacheMarks(marks ? Optional.of(caching.id()) : Optional.empty(), model);
    // The provider puts tools before all text.
    managed.sent().ifPresent(sent -> all.prefix.append(sent.others().path("tools").toString()));
    return all;
  }

  /**
   * The content of the next message: a plain string, unless the provider's prompt cache is to keep
   * a part of it.
   */
  JsonNode content(Rendering.Message message) {
    ArrayNode blocks = JsonNodeFactory.instance.arrayNode();
    StringBuilder open = new StringBuilder();
    for (Rendering.Segment segment : message.segments()) {
      prefix.append(segment.text());
      open.append(segment.text());
      if (segment.marked() && lifetime.isPresent() && isLongEnough()) {
        blocks.add(MessagesWire.textBlock(open.toString(), lifetime));
        open.setLength(0);
      }
    }
    if (blocks.isEmpty()) {
      return JsonNodeFactory.instance.textNode(open.toString());
    }
    if (!open.isEmpty()) {
      blocks.add(MessagesWire.textBlock(open.toString(), Optional.empty()));
    }
    return blocks;
  }

  private boolean isLongEnough() {
    return model.filter(facts -> facts.isTooShortToCache(prefix)).isEmpty();
  }
}
