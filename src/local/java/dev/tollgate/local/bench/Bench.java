package dev.tollgate.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cache.SemanticIndexBench;
import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.LocalSettings;
import dev.tollgate.local.engine.FileTree;
import dev.tollgate.semantic.SemanticSearchBench;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code make bench}: measures everything, or the parts that are named, and prints one table. Parts
 * are measured one after the other, each with a local cloud of its own.
 */
public final class Bench {
  /** Answers at once. */
  static final String FAST_MODEL = "claude-haiku-4-5";

  /** Answers after 50 ms. */
  static final String SLOW_MODEL = FAST_MODEL + "+simulate=delay:50";

  private static final Path DATA = Path.of("target/bench").toAbsolutePath();
  private static final ObjectMapper JSON = new ObjectMapper();

  private Bench() {}

  @FunctionalInterface
  private interface Part {
    void measure() throws Exception;
  }

  public static void main(String[] names) throws Exception {
    Map<String, Part> parts = parts();
    if (!parts.keySet().containsAll(List.of(names))) {
      throw new IllegalArgumentException(
          "PART: of %s, something is not one of %s"
              .formatted(String.join(" ", names), String.join(" ", parts.keySet())));
    }
    if (names.length > 0) {
      parts.keySet().retainAll(List.of(names));
    }
    FileTree.delete(DATA);
    BenchReport.printEnvironment();
    BenchReport.printMeasureHeading();
    for (Part part : parts.values()) {
      part.measure();
    }
    FileTree.delete(DATA);
  }

  private static Map<String, Part> parts() {
    Map<String, Part> parts = new LinkedHashMap<>();
    parts.put("messages", MessagesBench::measure);
    parts.put("function", FunctionBench::run);
    parts.put("budgets", BudgetBench::measure);
    parts.put("start-up", StartUpBench::measure);
    parts.put("tests", RegressionBench::measure);
    parts.put(
        "semantic",
        () -> {
          SemanticIndexBench.measure(folder("semantic"));
          SemanticSearchBench.measure();
        });
    parts.put("dashboard", DashboardBench::measure);
    parts.put("inner", CallPartsBench::measure);
    return parts;
  }

  /** Where a part may keep what it needs. */
  static Path folder(String part) {
    return DATA.resolve(part);
  }

  /** A local cloud for one part, without any data. */
  static LocalCloud cloud(String part) throws IOException, InterruptedException {
    return LocalCloud.start(
        LocalSettings.of(Path.of("").toAbsolutePath(), folder(part), Map.of("PORT", "0")));
  }

  /** A request of the Messages API. */
  static String messages(String model, String question, BigDecimal temperature) {
    ObjectNode body =
        JSON.createObjectNode()
            .put("model", model)
            .put("max_tokens", 100)
            .put("temperature", temperature);
    body.putArray("messages").addObject().put("role", "user").put("content", question);
    return body.toString();
  }
}
