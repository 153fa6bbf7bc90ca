package dev.tollgate.function;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.algorithm.DiffAlgorithmI;
import com.github.difflib.algorithm.myers.MyersDiff;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import com.github.difflib.patch.Patch;
import dev.tollgate.prompt.PromptMessage;
import dev.tollgate.prompt.PromptTemplate;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The difference of two prompts' texts, as {@code diff -u} would say it. */
final class TextDiff {
  private static final int CONTEXT_LINES = 3;
  private static final int FEW_LINES = 1000;

  private TextDiff() {}

  /** The difference, or nothing if there is none. Messages of a chat stand under their roles. */
  static String unified(String fromName, PromptTemplate from, String toName, PromptTemplate to) {
    List<String> before = lines(text(from));
    List<String> after = lines(text(to));
    Patch<String> patch = DiffUtils.diff(before, after, algorithm(before.size() + after.size()));
    return UnifiedDiffUtils.generateUnifiedDiff(fromName, toName, before, patch, CONTEXT_LINES)
        .stream()
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  /** The usual algorithm reads better, but keeps every path that it tried. */
  private static DiffAlgorithmI<String> algorithm(int lines) {
    return lines <= FEW_LINES ? new MyersDiff<>() : new MyersDiffWithLinearSpace<>();
  }

  /** A missing line end is a difference too, which would not show otherwise. */
  private static List<String> lines(String text) {
    return text.endsWith("\n")
        ? text.lines().toList()
        : Stream.concat(text.lines(), Stream.of("(no line end)")).toList();
  }

  private static String text(PromptTemplate template) {
    return template
        .text()
        .orElseGet(
            () ->
                template.messages().stream().map(TextDiff::text).collect(Collectors.joining("\n")));
  }

  private static String text(PromptMessage message) {
    return "[" + message.role().id() + "]\n" + message.template().text();
  }
}
