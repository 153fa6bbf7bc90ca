package dev.tollgate.local.model.answer;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One statement of a source text. {@code raw} is an exact piece of that text, so it can be quoted
 * as evidence; {@code words} also holds those of the heading it stands under.
 */
record Passage(String raw, Terms terms, Set<String> headingTerms) {
  private static final Pattern TAG = Pattern.compile("</?[a-zA-Z_][^>\\n]*>");
  private static final Pattern LINE_ITEM = Pattern.compile("^\\s*(?:[-*•#|>]|\\d+[.)]\\s).*");
  private static final Pattern ABBREVIATION =
      Pattern.compile(".*\\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Inc|Ltd|e\\.g|i\\.e|vs|approx)\\.\\s*$");
  private static final Pattern ANAPHORIC_START =
      Pattern.compile("^(?:It|Its|They|Their|This|That|These|Those|He|She|His|Her)\\b.*");

  /** A line at least this long that ends without a full stop was wrapped, not ended. */
  private static final int MIN_WRAPPED_LINE_LENGTH = 50;

  Passage {
    headingTerms = Set.copyOf(headingTerms);
  }

  String text() {
    return raw.strip().replaceFirst("^(?:[-*•>]|\\d+[.)])\\s+", "").replaceAll("\\s+", " ");
  }

  boolean mentions(String word) {
    return terms.content().contains(word) || headingTerms.contains(word);
  }

  static List<Passage> split(String source) {
    List<Passage> passages = new ArrayList<>();
    Set<String> heading = new HashSet<>();
    for (Span block : blocks(source)) {
      String text = block.in(source);
      if (isHeading(text)) {
        heading.clear();
        heading.addAll(Terms.of(text).content());
      } else {
        addSentences(source, block, heading, passages);
      }
    }
    return passages;
  }

  private static boolean isHeading(String text) {
    String line = text.strip();
    return line.startsWith("#") || (line.endsWith(":") && line.length() < 80);
  }

  private record Span(int start, int end) {
    String in(String text) {
      return text.substring(start, end);
    }
  }

  /** Splits at blank lines, list items, inner tags and lines that ended rather than wrapped. */
  private static List<Span> blocks(String source) {
    String text = TAG.matcher(source).replaceAll(tag -> "\n".repeat(tag.group().length()));
    List<Span> blocks = new ArrayList<>();
    int start = 0;
    int position = 0;
    for (String line : text.split("\n", -1)) {
      int end = Math.min(position + line.length(), text.length());
      String next = nextLine(text, end);
      String stripped = line.strip();
      boolean wrapped =
          stripped.length() >= MIN_WRAPPED_LINE_LENGTH
              && !stripped.startsWith("#")
              && !next.isBlank()
              && !LINE_ITEM.matcher(next).matches();
      if (!wrapped) {
        if (!text.substring(start, end).isBlank()) {
          blocks.add(new Span(start, end));
        }
        start = Math.min(end + 1, text.length());
      }
      position = end + 1;
    }
    return blocks;
  }

  private static String nextLine(String text, int lineEnd) {
    if (lineEnd + 1 > text.length()) {
      return "";
    }
    int end = text.indexOf('\n', lineEnd + 1);
    return text.substring(lineEnd + 1, end < 0 ? text.length() : end);
  }

  private static void addSentences(
      String source, Span block, Set<String> heading, List<Passage> passages) {
    String text = block.in(source).replace('\n', ' ');
    BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ENGLISH);
    breaks.setText(text);
    int start = 0;
    int previous = -1;
    for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
      String sentence = text.substring(start, end);
      if (end < text.length() && ABBREVIATION.matcher(sentence).matches()) {
        continue;
      }
      if (!sentence.isBlank()) {
        // "It costs $49." means nothing without the sentence before it, so it brings that along.
        int from =
            previous >= 0 && ANAPHORIC_START.matcher(sentence.strip()).matches() ? previous : start;
        String raw = source.substring(block.start() + from, block.start() + end).strip();
        passages.add(new Passage(raw, Terms.of(raw), heading));
        previous = start;
      }
      start = end;
    }
  }
}
