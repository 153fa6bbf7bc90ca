package dev.tollgate.local.model.answer;

import dev.tollgate.local.model.answer.Conversation.Turn;
import dev.tollgate.local.model.answer.Sections.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A conversation as understood: what is asked, from which sources, under which instructions, and
 * (for a judge) about which answer, claims or rubric, or which two answers.
 */
record Reading(
    String question,
    List<String> sources,
    String instructions,
    List<String> answers,
    List<String> claims,
    List<String> rubrics,
    List<String> compared) {
  private static final Pattern TO_THE_MODEL =
      Pattern.compile(
          "^(?:You are|You're|Answer|Please answer|Use|Respond|Reply|Based on)\\b.*",
          Pattern.DOTALL);

  Reading {
    sources = List.copyOf(sources);
    answers = List.copyOf(answers);
    claims = List.copyOf(claims);
    rubrics = List.copyOf(rubrics);
    compared = List.copyOf(compared);
  }

  static Reading of(Conversation conversation) {
    Sections system = Sections.of(conversation.system());
    List<Sections> sections = new ArrayList<>();
    sections.add(system);
    String question = "";
    StringBuilder instructions = new StringBuilder(system.rest());
    for (Turn turn : conversation.turns()) {
      if (!turn.user()) {
        continue;
      }
      Sections parts = Sections.of(turn.text());
      sections.add(parts);
      instructions.append('\n').append(parts.rest());
      List<String> asked = parts.of(Kind.QUESTION);
      String plain = asked.isEmpty() ? parts.rest() : asked.getLast();
      // A turn that brings only tool results or documents goes on with the question before it.
      question = plain.isBlank() ? question : plain;
    }
    if (question.isBlank() && !system.of(Kind.QUESTION).isEmpty()) {
      question = system.of(Kind.QUESTION).getLast();
    }
    return new Reading(
        question,
        all(sections, Kind.SOURCE),
        instructions.toString(),
        judged(sections, Kind.ANSWER),
        judged(sections, Kind.CLAIMS),
        judged(sections, Kind.RUBRIC),
        judged(sections, Kind.COMPARED));
  }

  boolean demandsGrounding() {
    return Grounding.demandedBy(instructions);
  }

  List<Passage> passages() {
    return sources.stream().flatMap(source -> Passage.split(source).stream()).toList();
  }

  /**
   * Returns the readings of the question to try in turn: without what is said to the model rather
   * than asked, and, when a long message wraps it, its last question alone.
   */
  List<String> questions() {
    List<String> sentences =
        Passage.split(question).stream()
            .map(Passage::text)
            .filter(text -> !TO_THE_MODEL.matcher(text).matches() && !Grounding.demandedBy(text))
            .toList();
    List<String> questions = new ArrayList<>();
    questions.add(sentences.isEmpty() ? question : String.join(" ", sentences));
    sentences.reversed().stream()
        .filter(text -> text.endsWith("?"))
        .findFirst()
        .ifPresent(questions::add);
    return questions.stream().distinct().toList();
  }

  /** What is judged stands in a message; the system prompt at most describes it. */
  private static List<String> judged(List<Sections> sections, Kind kind) {
    List<String> inMessages = all(sections.subList(1, sections.size()), kind);
    return inMessages.isEmpty() ? all(sections, kind) : inMessages;
  }

  private static List<String> all(List<Sections> sections, Kind kind) {
    return sections.stream().flatMap(parts -> parts.of(kind).stream()).toList();
  }
}
