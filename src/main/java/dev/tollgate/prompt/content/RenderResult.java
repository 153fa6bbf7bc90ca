package dev.tollgate.prompt.content;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The result of rendering a template. */
public sealed interface RenderResult {
  record Rendered(List<Message> messages) implements RenderResult {
    public Rendered {
      messages = List.copyOf(messages);
    }
  }

  /** A required variable has no value. */
  record MissingVariable(String variable) implements RenderResult {}

  /** A value belongs to no declared or used variable. */
  record UndeclaredVariable(String variable) implements RenderResult {}

  /** A value does not match the type of its variable. */
  record WrongType(String variable, Variable.Type type) implements RenderResult {}

  /** A message is empty with these values, which no provider accepts. */
  record BlankMessage(int message) implements RenderResult {}

  /** A rendered message. A system message may be empty. */
  record Message(PromptMessage.Role role, List<Segment> segments) {
    public Message {
      segments = List.copyOf(segments);
    }

    public String text() {
      return segments.stream().map(Segment::text).collect(Collectors.joining());
    }

    Message withCacheBreakpoint() {
      List<Segment> marked = new ArrayList<>(segments);
      if (!marked.isEmpty()) {
        marked.add(new Segment(marked.removeLast().text(), true));
      }
      return new Message(role, marked);
    }
  }

  /**
   * A segment of a message, in order.
   *
   * @param cacheBreakpoint whether the provider's prompt cache holds everything up to the end of
   *     the segment
   */
  record Segment(String text, boolean cacheBreakpoint) {}
}
