package dev.tollgate.local.bench;

import dev.tollgate.local.LocalCloud;
import dev.tollgate.local.lambda.StartUp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How each function starts: from the start of its process until it asks for work, until its first
 * event is answered, and what it holds in memory then. Medians; JVMs with and without AOT cache
 * take turns, so that both see the same machine.
 */
final class StartUpBench {
  private static final int TIMES = 5;

  private StartUpBench() {}

  static void measure() throws IOException, InterruptedException {
    BenchReport.printSection("Start of a function with AOT cache, against one without");
    try (LocalCloud cloud = Bench.cloud("start-up")) {
      for (Map.Entry<String, String> first : firstEvents(cloud).entrySet()) {
        measure(cloud, first.getKey(), first.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** What each function can answer from an empty store. */
  private static Map<String, String> firstEvents(LocalCloud cloud) {
    Map<String, String> events = new LinkedHashMap<>();
    events.put("invokeLlm", get("/v1/models", cloud.keys().invoke()));
    events.put("promptAdmin", get("/admin/prompts", cloud.keys().admin()));
    events.put("costReport", get("/admin/costs", cloud.keys().finance()));
    events.put("nightlyRegression", "{\"action\": \"nightly\"}");
    events.put("costLedger", "{\"Records\": []}");
    return events;
  }

  /** What API Gateway makes of a request. */
  private static String get(String path, String key) {
    return """
    {"httpMethod": "GET", "path": "%s", "headers": {"x-api-key": "%s"}, "requestContext": {}}
    """
        .formatted(path, key);
  }

  private static void measure(LocalCloud cloud, String function, byte[] event)
      throws IOException, InterruptedException {
    List<StartUp> without = new ArrayList<>();
    List<StartUp> with = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      without.add(cloud.lambda().measureStartUp(function, event, false));
      with.add(cloud.lambda().measureStartUp(function, event, true));
    }
    row(function + ", ready", with, without, StartUp::ready);
    row(function + ", first answer", with, without, StartUp::firstResponse);
    BenchReport.printCells(
        function + ", memory",
        BenchReport.formatMegabytes(memory(with)),
        BenchReport.formatMegabytes(memory(without)),
        "",
        BenchReport.formatRatio(memory(with), memory(without)),
        "");
  }

  private static void row(
      String measure, List<StartUp> with, List<StartUp> without, Function<StartUp, Duration> time) {
    BenchReport.printRow(measure, median(with, time), median(without, time), "");
  }

  private static <T extends Comparable<T>> T median(
      List<StartUp> starts, Function<StartUp, T> value) {
    return starts.stream().map(value).sorted().toList().get(TIMES / 2);
  }

  private static long memory(List<StartUp> starts) {
    return median(starts, StartUp::memory);
  }
}
