package dev.tollgate.semantic;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Forbids to answer a question with the answer to another, however near their vectors are: cosines
 * cannot tell "enable" from "disable".
 */
@Singleton
public final class Veto {
  /** What two questions differ in. */
  public enum Reason {
    NUMBERS("numbers"),
    NEGATION("negation"),
    ANTONYM("antonym"),
    WORD_ORDER("word-order"),
    NAMES("names"),
    SUBSTITUTION("substitution"),
    QUESTION_TYPE("question-type");

    private final String id;

    Reason(String id) {
      this.id = id;
    }

    /** The name that headers and reports give it. */
    public String id() {
      return id;
    }
  }

  private static final Pattern NUMBER = Pattern.compile("\\d+");

  /**
   * What forbids to answer {@code asked} with the answer to {@code kept}, or nothing. It does not
   * matter which of the two was asked.
   */
  public Optional<Reason> between(String asked, String kept) {
    return numbers(asked).equals(numbers(kept)) ? Optional.empty() : Optional.of(Reason.NUMBERS);
  }

  private static List<String> numbers(String question) {
    return NUMBER.matcher(question).results().map(MatchResult::group).sorted().toList();
  }
}
