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
record ParsedPrompt(
    String question,
    List<String> sources,
    String instructions,
    List<String> answers,
    List<String> claims,
    List<String> rubrics,
    List<String> compared) {
  private static final Pattern INSTRUCTION =
      Pattern.compile(
          "^(?:You are|You're|Answer|Please answer|Use|Respond|Reply|Based on)\\b.*",
          Pattern.DOTALL);

  ParsedPrompt {
    sources = List.copyOf(sources);
    answers = List.copyOf(answers);
    claims = List.copyOf(claims);
    rubrics = List.copyOf(rubrics);
    compared = List.copyOf(compared);
  }

  static ParsedPrompt of(Conversation conversation) {
    Sections system = Sections.of(conversation.system());
    List<Sections> sections = new ArrayList<>();
    sections.add(system);
    String question = "";
    StringBuilder instructions = new StringBuilder(system.remainder());
    for (Turn turn : conversation.turns()) {
      if (!turn.fromUser()) {
        continue;
      }
      Sections parts = Sections.of(turn.text());
      sections.add(parts);
      instructions.append('\n').append(parts.remainder());
      List<String> asked = parts.of(Kind.QUESTION);
      String plain = asked.isEmpty() ? parts.remainder() : asked.getLast();
      // A turn that brings only tool results or documents goes on with the question before it.
      question = plain.isBlank() ? question : plain;
    }
    if (question.isBlank() && !system.of(Kind.QUESTION).isEmpty()) {
      question = system.of(Kind.QUESTION).getLast();
    }
    return new ParsedPrompt(
        question,
        allSections(sections, Kind.SOURCE),
        instructions.toString(),
        evaluatedSections(sections, Kind.ANSWER),
        evaluatedSections(sections, Kind.CLAIMS),
        evaluatedSections(sections, Kind.RUBRIC),
        evaluatedSections(sections, Kind.COMPARED));
  }

  boolean requiresGrounding() {
    return Grounding.isRequiredBy(instructions);
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
            .filter(text -> !INSTRUCTION.matcher(text).matches() && !Grounding.isRequiredBy(text))
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
  private static List<String> evaluatedSections(List<Sections> sections, Kind kind) {
    List<String> inMessages = allSections(sections.subList(1, sections.size()), kind);
    return inMessages.isEmpty() ? allSections(sections, kind) : inMessages;
  }

  private static List<String> allSections(List<Sections> sections, Kind kind) {
    return sections.stream().flatMap(parts -> parts.of(kind).stream()).toList();
  }
}
