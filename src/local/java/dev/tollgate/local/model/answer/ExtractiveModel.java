package dev.tollgate.local.model.answer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Answers by extraction: the sentences of the context that share most words with the question. It
 * would rather miss an answer than take a sentence about something else for one.
 */
final class ExtractiveModel {
  /** How much of the question its best sentence must cover. */
  private static final double MIN_SUPPORT = 0.55;

  /** How much another sentence must cover to add a part of the answer. */
  private static final double MIN_PARTIAL_SUPPORT = 0.34;

  private static final int MAX_SENTENCES = 3;

  private static final List<String> GENERIC_TEMPLATES =
      List.of(
          "As a rule of thumb, most organisations settle %s in roughly %d business days,"
              + " subject to regional approval.",
          "Industry surveys generally put %s at around %d percent, rising slightly every quarter.",
          "Specialists usually recommend reviewing %s every %d weeks together with an adviser.");
  private static final int[] GENERIC_NUMBERS = {14, 37, 62, 83, 91};

  private ExtractiveModel() {}

  static String answer(Conversation conversation) {
    ParsedPrompt reading = ParsedPrompt.of(conversation);
    List<Passage> passages = reading.passages();
    return reading.questions().stream()
        .flatMap(question -> extract(question, passages, conversation.system()).stream())
        .findFirst()
        .or(
            () ->
                reading.requiresGrounding()
                    ? Optional.of(Grounding.DECLINE_TEXT)
                    : GeneralFacts.findAnswer(Terms.of(reading.question())))
        .orElseGet(() -> genericAnswer(reading));
  }

  /** Returns a plausible sentence that the context does not support. */
  static String ungroundedAnswer(Conversation conversation) {
    return genericAnswer(ParsedPrompt.of(conversation));
  }

  private static Optional<String> extract(String question, List<Passage> passages, String system) {
    Terms asked = Terms.of(question);
    if (asked.content().isEmpty() || hasUnknownName(asked, passages, system)) {
      return Optional.empty();
    }
    Coverage coverage = new Coverage(passages);
    Optional<Passage> best =
        passages.stream()
            .filter(passage -> passage.terms().content().size() > 0)
            .filter(passage -> asked.numbers().stream().allMatch(passage::mentions))
            .min(coverage.bestFirst(asked));
    if (best.isEmpty() || coverage.of(asked, best.get()) < MIN_SUPPORT) {
      return Optional.empty();
    }
    return Optional.of(addSupportingSentences(asked, best.get(), passages, coverage));
  }

  /** A question about a name that is not in the prompt is about something else. */
  private static boolean hasUnknownName(Terms asked, List<Passage> passages, String system) {
    Set<String> inSystem = Terms.of(system).content();
    return asked.names().stream()
        .anyMatch(
            name ->
                !inSystem.contains(name)
                    && passages.stream().noneMatch(passage -> passage.mentions(name)));
  }

  private static String addSupportingSentences(
      Terms asked, Passage best, List<Passage> passages, Coverage coverage) {
    List<Passage> chosen = new ArrayList<>(List.of(best));
    Set<String> open = new HashSet<>(asked.content());
    open.removeIf(best::mentions);
    for (Passage passage : passages) {
      boolean adds = open.stream().anyMatch(passage::mentions);
      if (adds
          && chosen.size() < MAX_SENTENCES
          && coverage.of(asked, passage) >= MIN_PARTIAL_SUPPORT) {
        chosen.add(passage);
        open.removeIf(passage::mentions);
      }
    }
    return String.join(
        " ", passages.stream().filter(chosen::contains).map(Passage::text).distinct().toList());
  }

  private static String genericAnswer(ParsedPrompt reading) {
    List<String> written = Terms.originalForms(reading.questions().getFirst());
    String subject =
        written.isEmpty()
            ? "such matters"
            : "\"" + String.join(" ", written.subList(0, Math.min(3, written.size()))) + "\"";
    String template =
        GENERIC_TEMPLATES.get(
            Math.floorMod(reading.question().hashCode(), GENERIC_TEMPLATES.size()));
    String sources = String.join(" ", reading.sources());
    int number = GENERIC_NUMBERS[0];
    for (int candidate : GENERIC_NUMBERS) {
      if (!sources.contains(Integer.toString(candidate))) {
        number = candidate;
        break;
      }
    }
    return template.formatted(subject, number);
  }
}
