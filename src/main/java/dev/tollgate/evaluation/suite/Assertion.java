package dev.tollgate.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** What an answer must be like. Types and their meaning are promptfoo's. */
public sealed interface Assertion {
  /** The type as suites name it, such as {@code not-contains}. */
  String type();

  /** What the answer alone decides, with the time it took and what it cost. */
  sealed interface Check extends Assertion {}

  /** What another model has to read the answer for. */
  sealed interface ModelGraded extends Assertion {}

  /** The opposite of a check. */
  record Not(Check check) implements Check {
    @Override
    public String type() {
      return "not-" + check.type();
    }
  }

  /**
   * The answer is this text, or JSON that equals this object or list.
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
   * The answer holds one text, any of several or all of them.
   *
   * @param ignoreCase whether the case of letters plays no part
   */
  record Contains(Quantity quantity, List<String> texts, boolean ignoreCase) implements Check {
    /** How many of the texts there must be. */
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
        throw new IllegalArgumentException("nothing to look for");
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

  /** The pattern is found somewhere in the answer. */
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

  /** The answer took at most so many milliseconds. */
  record Latency(BigDecimal millis) implements Check {
    @Override
    public String type() {
      return "latency";
    }
  }

  /** The answer cost at most so many USD. */
  record Cost(BigDecimal usd) implements Check {
    @Override
    public String type() {
      return "cost";
    }
  }

  /**
   * The judge finds that the answer is what the rubric describes.
   *
   * @param threshold the least score of 0 to 1 that the judge must give beside its consent
   */
  record Rubric(String rubric, Optional<BigDecimal> threshold) implements ModelGraded {
    @Override
    public String type() {
      return "llm-rubric";
    }
  }

  /**
   * What the answer claims is supported by the case's variable {@code context}.
   *
   * @param threshold the least share of supported claims. As in promptfoo it is 0 if nothing is
   *     said, and the assertion fails no answer by itself: the mean over all cases decides.
   */
  record ContextFaithfulness(BigDecimal threshold) implements ModelGraded {
    @Override
    public String type() {
      return "context-faithfulness";
    }
  }
}
