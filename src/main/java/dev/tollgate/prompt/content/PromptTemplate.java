package dev.tollgate.prompt.content;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.prompt.content.PromptMessage.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The template of a prompt: a system text, or the messages of a chat. Only the first message of a
 * chat can be a system message, and the conversation begins with the user. A chat of one system
 * message equals a system text.
 */
public record PromptTemplate(List<PromptMessage> messages) {
  public PromptTemplate {
    messages = List.copyOf(messages);
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("a prompt needs at least one message");
    }
    List<Role> roles = messages.stream().map(PromptMessage::role).toList();
    List<Role> conversation =
        roles.getFirst() == Role.SYSTEM ? roles.subList(1, roles.size()) : roles;
    if (conversation.contains(Role.SYSTEM)) {
      throw new IllegalArgumentException("only the first message may be a system message");
    }
    if (!conversation.isEmpty() && conversation.getFirst() != Role.USER) {
      throw new IllegalArgumentException("the conversation must begin with a user message");
    }
  }

  /** A template that is only a system text. */
  public static PromptTemplate ofText(String text) {
    return new PromptTemplate(List.of(new PromptMessage(Role.SYSTEM, new Template(text))));
  }

  /** The text of a template that is only a system text. */
  public Optional<String> text() {
    return messages.size() == 1 && messages.getFirst().role() == Role.SYSTEM
        ? Optional.of(messages.getFirst().template().text())
        : Optional.empty();
  }

  /** Whether the template ends with a user message, so that the caller need not send one. */
  public boolean endsWithUserMessage() {
    return messages.getLast().role() == Role.USER;
  }

  /** The variables of all messages, in order of first appearance. */
  public Set<String> variables() {
    Set<String> names = new LinkedHashSet<>();
    messages.forEach(message -> names.addAll(message.template().variables()));
    return names;
  }

  /** The variables of the last message. */
  Set<String> lastMessageVariables() {
    return messages.getLast().template().variables();
  }

  /** The stable prefix: the text before the first variable. */
  public String stablePrefix() {
    StringBuilder prefix = new StringBuilder();
    for (PromptMessage message : messages) {
      for (Template.Part part : message.template().parts()) {
        switch (part) {
          case Template.Part.Literal(String text) -> prefix.append(text);
          case Template.Part.Placeholder _ -> {
            return prefix.toString();
          }
        }
      }
    }
    return prefix.toString();
  }

  /**
   * Replaces the variables by values. A value is never parsed as a template.
   *
   * @param declared the declared variables
   * @param caching whether to set a cache breakpoint at the end of the stable prefix
   */
  public RenderResult render(
      Map<String, Variable> declared, Map<String, JsonNode> values, boolean caching) {
    Set<String> named = variables();
    for (String name : values.keySet()) {
      if (!declared.containsKey(name) && !named.contains(name)) {
        return new RenderResult.UndeclaredVariable(name);
      }
    }
    Set<String> all = new LinkedHashSet<>(named);
    all.addAll(declared.keySet());
    Map<String, String> texts = new HashMap<>();
    for (String name : all) {
      Variable variable = declared.getOrDefault(name, Variable.UNDECLARED);
      JsonNode value = values.get(name);
      if (value != null && !variable.type().accepts(value)) {
        return new RenderResult.WrongType(name, variable.type());
      }
      if (value == null && variable.required()) {
        return new RenderResult.MissingVariable(name);
      }
      texts.put(
          name,
          Optional.ofNullable(value)
              .or(variable::defaultValue)
              .map(given -> variable.type().text(given))
              .orElse(""));
    }
    List<RenderResult.Message> rendered = renderMessages(declared, texts, caching);
    for (int i = 0; i < rendered.size(); i++) {
      boolean system = rendered.get(i).role() == Role.SYSTEM;
      if (!system && rendered.get(i).segments().isEmpty()) {
        return new RenderResult.BlankMessage(i);
      }
    }
    return new RenderResult.Rendered(rendered);
  }

  private List<RenderResult.Message> renderMessages(
      Map<String, Variable> declared, Map<String, String> texts, boolean caching) {
    List<RenderResult.Message> rendered = new ArrayList<>();
    Set<String> unmarked = new LinkedHashSet<>();
    declared.forEach(
        (name, variable) -> {
          if (variable.cacheBreakpoint()) {
            unmarked.add(name);
          }
        });
    boolean stable = caching;
    for (int i = 0; i < messages.size(); i++) {
      SegmentBuilder segments = new SegmentBuilder();
      for (Template.Part part : messages.get(i).template().parts()) {
        switch (part) {
          case Template.Part.Literal(String text) -> segments.add(text);
          case Template.Part.Placeholder(String variable) -> {
            if (stable) {
              // The stable prefix may end with the previous message.
              if (!segments.addCacheBreakpoint() && !rendered.isEmpty()) {
                rendered.add(rendered.removeLast().withCacheBreakpoint());
              }
              stable = false;
            }
            segments.add(requireNonNull(texts.get(variable)));
            if (unmarked.remove(variable)) {
              segments.addCacheBreakpoint();
            }
          }
        }
      }
      if (stable && i == messages.size() - 1) {
        segments.addCacheBreakpoint();
      }
      rendered.add(new RenderResult.Message(messages.get(i).role(), segments.build()));
    }
    return rendered;
  }
}
