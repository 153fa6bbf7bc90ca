package dev.tollgate.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What came of putting values into a prompt's places. */
public sealed interface RenderResult {
  record Rendered(List<Message> messages) implements RenderResult {
    public Rendered {
      messages = List.copyOf(messages);
    }
  }

  /** A required variable got no value. */
  record MissingVariable(String variable) implements RenderResult {}

  /** A value was given for a variable that the prompt neither declares nor names. */
  record UndeclaredVariable(String variable) implements RenderResult {}

  /** A value is not what its variable takes. */
  record WrongType(String variable, Variable.Type type) implements RenderResult {}

  /** With these values, a message of the chat says nothing, which no provider takes. */
  record BlankMessage(int message) implements RenderResult {}

  /** A message as the model will read it. A system message may be empty. */
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
   * A piece of a message, in order.
   *
   * @param cacheBreakpoint whether the provider's prompt cache shall hold everything up to its end
   */
  record Segment(String text, boolean cacheBreakpoint) {}
}
