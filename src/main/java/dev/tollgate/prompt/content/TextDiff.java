package dev.tollgate.prompt.content;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.algorithm.myers.MyersDiff;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.ChangeDelta;
import com.github.difflib.patch.Chunk;
import com.github.difflib.patch.Patch;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The difference between the texts of two prompts, in the format of {@code diff -u}. */
public final class TextDiff {
  private static final int CONTEXT_LINES = 3;

  /** The maximum number of differing lines to compare: time and memory grow with their square. */
  private static final int MAX_DIFF_LINES = 2000;

  private TextDiff() {}

  /** Returns the difference; empty for equal texts. Messages of a chat stand under their roles. */
  public static String unifiedDiff(
      String fromName, PromptTemplate from, String toName, PromptTemplate to) {
    if (from.equals(to)) {
      return "";
    }
    List<String> before = lines(from);
    List<String> after = lines(to);
    return UnifiedDiffUtils.generateUnifiedDiff(
            fromName, toName, before, patch(before, after), CONTEXT_LINES)
        .stream()
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private static Patch<String> patch(List<String> before, List<String> after) {
    int shorter = Math.min(before.size(), after.size());
    int start = 0;
    while (start < shorter && before.get(start).equals(after.get(start))) {
      start++;
    }
    int end = 0;
    while (end < shorter - start
        && before.get(before.size() - 1 - end).equals(after.get(after.size() - 1 - end))) {
      end++;
    }
    List<String> old = before.subList(start, before.size() - end);
    List<String> young = after.subList(start, after.size() - end);
    Patch<String> patch = new Patch<>();
    if (old.size() + young.size() > MAX_DIFF_LINES) {
      patch.addDelta(new ChangeDelta<>(new Chunk<>(start, old), new Chunk<>(start, young)));
      return patch;
    }
    for (AbstractDelta<String> delta : DiffUtils.diff(old, young, new MyersDiff<>()).getDeltas()) {
      patch.addDelta(
          delta.withChunks(shift(delta.getSource(), start), shift(delta.getTarget(), start)));
    }
    return patch;
  }

  private static Chunk<String> shift(Chunk<String> chunk, int lines) {
    return new Chunk<>(chunk.getPosition() + lines, chunk.getLines());
  }

  private static List<String> lines(PromptTemplate template) {
    return template
        .text()
        .map(TextDiff::lines)
        .orElseGet(
            () ->
                template.messages().stream().flatMap(message -> lines(message).stream()).toList());
  }

  /** Indents the text, so that no line looks like the role of another message. */
  private static List<String> lines(PromptMessage message) {
    return Stream.concat(
            Stream.of("[" + message.role().id() + "]"),
            lines(message.template().text()).stream().map(line -> "  " + line))
        .toList();
  }

  /** Marks a missing line end, which is a difference that would not show otherwise. */
  private static List<String> lines(String text) {
    return text.endsWith("\n")
        ? text.lines().toList()
        : Stream.concat(text.lines(), Stream.of("\\ No line end")).toList();
  }
}
