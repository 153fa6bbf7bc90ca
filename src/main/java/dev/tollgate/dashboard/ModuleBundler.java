package dev.tollgate.dashboard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bundles ES modules into one script. Each module follows its imports and has its own scope. It
 * supports named imports without renaming from relative paths, and exported functions, classes and
 * constants. A script that is imported for its effect stays unchanged, so that the global names of
 * a library stay global.
 */
final class ModuleBundler {
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:(\\{[^}]*\\}) from )?\"\\./([^\"]+)\";$", Pattern.MULTILINE);
  private static final Pattern EXPORT =
      Pattern.compile("^export (?=(?:(?:async )?function|class|const) (\\w+))", Pattern.MULTILINE);
  private static final Pattern UNSUPPORTED =
      Pattern.compile("^(?:import|export)\\b.*", Pattern.MULTILINE);

  private final UnaryOperator<String> sources;
  private final Map<String, String> bundled = new LinkedHashMap<>();
  private final Set<String> inProgress = new LinkedHashSet<>();

  /**
   * @param sources returns the text of a module by its path
   */
  ModuleBundler(UnaryOperator<String> sources) {
    this.sources = sources;
  }

  /** Bundles a module and all its imports. */
  String bundle(String path) {
    add(path, true);
    return String.join("\n", bundled.values());
  }

  private void add(String path, boolean scoped) {
    if (bundled.containsKey(path)) {
      return;
    }
    if (!inProgress.add(path)) {
      throw new IllegalArgumentException(
          "modules import each other: " + inProgress + " and " + path);
    }
    String source = sources.apply(path);
    bundled.put(path, scoped ? wrapInScope(path, source) : source);
    inProgress.remove(path);
  }

  private String wrapInScope(String path, String source) {
    List<MatchResult> imports = IMPORT.matcher(source).results().toList();
    imports.forEach(each -> add(each.group(2), each.group(1) != null));
    String text =
        IMPORT
            .matcher(source)
            .replaceAll(
                each ->
                    each.group(1) == null
                        ? ""
                        : Matcher.quoteReplacement(
                            "const %s = %s;"
                                .formatted(each.group(1), variableName(each.group(2)))));
    List<String> exported = new ArrayList<>();
    text =
        EXPORT
            .matcher(text)
            .replaceAll(
                each -> {
                  exported.add(each.group(1));
                  return "";
                });
    Matcher leftOver = UNSUPPORTED.matcher(text);
    if (leftOver.find()) {
      throw new IllegalArgumentException(
          path + " has an unsupported import or export: " + leftOver.group());
    }
    return "const %s = (() => {\n%s\nreturn { %s };\n})();"
        .formatted(variableName(path), text.strip(), String.join(", ", exported));
  }

  /** The variable that holds a module. */
  private static String variableName(String path) {
    return "$" + path.replaceAll("\\W", "_");
  }
}
