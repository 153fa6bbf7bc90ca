package dev.tollgate.local.lambda;

import dev.tollgate.local.template.FunctionDefinition;
import dev.tollgate.local.template.LocalNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds functions by what callers may call them: name, exported name or ARN. */
final class FunctionDirectory {
  private static final Pattern REFERENCE =
      Pattern.compile("(?:(?:arn:[^:]+:lambda:[^:]*:)?[^:]*:function:)?([^:]+)(?::[^:]+)?");

  private final Map<String, FunctionDefinition> byName = new HashMap<>();

  FunctionDirectory(List<FunctionDefinition> functions) {
    for (FunctionDefinition function : functions) {
      byName.put(function.functionName(), function);
      function.exportName().ifPresent(name -> byName.putIfAbsent(name, function));
    }
  }

  /** Returns the short name of each function, in the order of the alphabet. */
  SortedSet<String> names() {
    return byName.values().stream()
        .map(function -> function.exportName().orElseGet(function::functionName))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  boolean contains(String name) {
    return byName.containsKey(name);
  }

  FunctionDefinition get(String reference) {
    Matcher matcher = REFERENCE.matcher(reference);
    FunctionDefinition function = matcher.matches() ? byName.get(matcher.group(1)) : null;
    if (function == null) {
      throw InvocationRejectedException.functionNotFound(
          reference.startsWith("arn:") ? reference : LocalNames.functionArn(reference));
    }
    return function;
  }
}
