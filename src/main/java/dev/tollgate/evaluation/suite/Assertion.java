package dev.tollgate.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** An assertion about an answer. The types and their meaning are promptfoo's. */
public sealed interface Assertion {
  /** The type as suites name it, such as {@code not-contains}. */
  String type();

  /** An assertion that depends only on the answer, its latency and its cost. */
  sealed interface Check extends Assertion {}

  /** An assertion that a judge decides. */
  sealed interface ModelGraded extends Assertion {}

  /** The opposite of a check. */
  record Not(Check check) implements Check {
    @Override
    public String type() {
      return "not-" + check.type();
    }
  }

  /**
   * The answer equals a text, or is JSON that equals an object or a list.
   *
   * @param value a string, an object or a list
   */
  record Equals(JsonNode value) implements Check {
    @Override
    public String type() {
      return "equals";
    }
  }

  /**
   * The answer contains one text, any of several or all of them.
   *
   * @param ignoreCase whether to ignore the case of letters
   */
  record Contains(Quantity quantity, List<String> texts, boolean ignoreCase) implements Check {
    /** How many of the texts the answer must contain. */
    public enum Quantity {
      ONE(""),
      ANY("-any"),
      ALL("-all");

      private final String suffix;

      Quantity(String suffix) {
        this.suffix = suffix;
      }
    }

    public Contains {
      texts = List.copyOf(texts);
      if (texts.isEmpty()) {
        throw new IllegalArgumentException("An assertion needs at least one text");
      }
    }

    @Override
    public String type() {
      return (ignoreCase ? "icontains" : "contains") + quantity.suffix;
    }
  }

  record StartsWith(String text) implements Check {
    @Override
    public String type() {
      return "starts-with";
    }
  }

  /** The pattern matches a part of the answer. */
  record Matches(Regex regex) implements Check {
    @Override
    public String type() {
      return "regex";
    }
  }

  /** The answer is one JSON value and nothing else. */
  record IsJson() implements Check {
    @Override
    public String type() {
      return "is-json";
    }
  }

  /** The answer took at most this many milliseconds. */
  record Latency(BigDecimal millis) implements Check {
    @Override
    public String type() {
      return "latency";
    }
  }

  /** The answer cost at most this many USD. */
  record Cost(BigDecimal usd) implements Check {
    @Override
    public String type() {
      return "cost";
    }
  }

  /**
   * The judge decides that the answer matches the rubric.
   *
   * @param threshold the minimum score from 0 to 1, in addition to the judge's decision
   */
  record Rubric(String rubric, Optional<BigDecimal> threshold) implements ModelGraded {
    @Override
    public String type() {
      return "llm-rubric";
    }
  }

  /**
   * The variable {@code context} of the case supports the claims of the answer.
   *
   * @param threshold the minimum share of supported claims. The default is 0, as in promptfoo. Then
   *     the assertion alone fails no answer: the mean over all cases decides.
   */
  record ContextFaithfulness(BigDecimal threshold) implements ModelGraded {
    @Override
    public String type() {
      return "context-faithfulness";
    }
  }
}
