package dev.tollgate.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What came of putting values into a prompt's places. */
public sealed interface Rendering {
  record Rendered(List<Message> messages) implements Rendering {
    public Rendered {
      messages = List.copyOf(messages);
    }
  }

  /** A required variable got no value. */
  record Missing(String variable) implements Rendering {}

  /** A value was given for a variable that the prompt neither declares nor names. */
  record Undeclared(String variable) implements Rendering {}

  /** A value is not what its variable takes. */
  record WrongType(String variable, Variable.Type type) implements Rendering {}

  /** With these values, a message of the chat says nothing, which no provider takes. */
  record Blank(int message) implements Rendering {}

  /** A message as the model will read it. A system message may be empty. */
  record Message(PromptMessage.Role role, List<Segment> segments) {
    public Message {
      segments = List.copyOf(segments);
    }

    public String text() {
      return segments.stream().map(Segment::text).collect(Collectors.joining());
    }

    Message marked() {
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
   * @param marked whether the provider's prompt cache shall hold everything up to its end
   */
  record Segment(String text, boolean marked) {}
}
